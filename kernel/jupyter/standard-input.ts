/**
 * Questions to the user: input_request on the stdin channel, answered by input_reply. One at a time; a question whose
 * cell has ended is forgotten. Source: Jupyter, "Messages on the stdin router/dealer channel".
 */
import type { FromMain, ToMain } from "../user-process/link.ts";
import type { Json } from "./messages.ts";
import type { Outgoing } from "./outgoing.ts";
import { debug } from "./report.ts";
import type { WireMessage } from "./wire.ts";

type Question = Extract<FromMain, { type: "input" }>;

/** The questions of a kernel. */
export class StandardInput {
  readonly #outgoing: Outgoing;
  readonly #tell: (message: ToMain) => void;
  #waiting: { readonly question: Question; readonly request: WireMessage }[] = [];

  /** @param tell hands the answer to the user process */
  constructor(outgoing: Outgoing, tell: (message: ToMain) => void) {
    this.#outgoing = outgoing;
    this.#tell = tell;
  }

  /** Asks whoever sent `request`. */
  ask(question: Question, request: WireMessage): void {
    this.#waiting.push({ question, request });
    if (this.#waiting.length === 1) this.#askNext();
  }

  /** An input_reply has arrived. */
  answered(content: Json): void {
    const asked = this.#waiting.shift();
    if (asked === undefined) {
      debug("an input_reply that nobody waits for was ignored");
      return;
    }
    const { request, blocking } = asked.question;
    const value = typeof content["value"] === "string" ? content["value"] : null;
    this.#tell({ type: "inputReply", request, value, blocking });
    this.#askNext();
  }

  /** An execution has ended: its questions are void. */
  forget(execution: number): void {
    this.#waiting = this.#waiting.filter(({ question }) => question.execution !== execution);
  }

  #askNext(): void {
    const next = this.#waiting[0];
    if (next === undefined) return;
    this.#outgoing.flush();
    this.#outgoing.reply("stdin", next.request, "input_request", { prompt: next.question.prompt, password: next.question.password });
  }
}
