/**
 * The comms that are open, in both directions; their messages go to and come from the user process.
 * Source: Jupyter, "Custom Messages".
 */
import { COMM_TARGET } from "../../protocol/comm-messages.ts";
import type { ToMain } from "../user-process/link.ts";
import { readText, type Json } from "./messages.ts";
import type { Outgoing, Parent } from "./outgoing.ts";
import { debug } from "./report.ts";

/** Targets that a front end may open. */
const TARGETS: ReadonlySet<string> = new Set([COMM_TARGET]);

/** The open comms of a kernel. */
export class Comms {
  readonly #open = new Map<string, string>();
  readonly #outgoing: Outgoing;
  readonly #tell: (message: ToMain) => void;

  /** @param tell hands a message to the user process, at once: comms do not wait for cells */
  constructor(outgoing: Outgoing, tell: (message: ToMain) => void) {
    this.#outgoing = outgoing;
    this.#tell = tell;
  }

  /** Answers comm_info_request: `{ [comm id]: { target_name } }`. */
  info(target?: unknown): Json {
    const wanted = [...this.#open].filter(([, name]) => typeof target !== "string" || target === "" || name === target);
    return Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }]));
  }

  /** The front end opens a comm; where nobody listens to its target, it is closed again. @throws {TypeError} when malformed */
  opened(content: Json, parent: Parent): void {
    const commId = readText(content, "comm_id");
    const target = content["target_name"];
    if (typeof target !== "string" || !TARGETS.has(target)) {
      this.#outgoing.publish("comm_close", { comm_id: commId, data: { reason: `This kernel has no comm target ${JSON.stringify(target)}.` } }, parent);
      return;
    }
    this.#open.set(commId, target);
    this.#tell({ type: "commOpen", commId, target, data: content["data"] ?? {} });
  }

  /** The front end says something. @throws {TypeError} when malformed */
  message(content: Json): void {
    const commId = readText(content, "comm_id");
    if (this.#open.has(commId)) this.#tell({ type: "commMessage", commId, data: content["data"] ?? {} });
    else debug(`a message for the unknown comm ${commId} was ignored`);
  }

  /** The front end closes a comm. @throws {TypeError} when malformed */
  closed(content: Json): void {
    const commId = readText(content, "comm_id");
    if (this.#open.delete(commId)) this.#tell({ type: "commClose", commId });
  }

  /** The user process opens a comm. */
  open(commId: string, target: string, data: unknown, parent: Parent): void {
    this.#open.set(commId, target);
    this.#outgoing.publish("comm_open", { comm_id: commId, target_name: target, data: data ?? {} }, parent);
  }

  /** The user process says something. */
  send(commId: string, data: unknown, parent: Parent): void {
    if (this.#open.has(commId)) this.#outgoing.publish("comm_msg", { comm_id: commId, data: data ?? {} }, parent);
  }

  /** The user process closes a comm. */
  close(commId: string, parent: Parent): void {
    if (this.#open.delete(commId)) this.#outgoing.publish("comm_close", { comm_id: commId, data: {} }, parent);
  }

  /** The user process is gone: so is whoever listened. */
  closeAll(): void {
    for (const commId of [...this.#open.keys()]) this.close(commId, {});
  }
}
