/** The code of tasks as programs that threads can run: written once, and again only where something may have changed. */
import { hash } from "node:crypto";
import { Serializer } from "node:v8";
import { sharedCapturedValues } from "../../cache/captured-values.ts";
import { FlowletError } from "../../errors.ts";
import { FunctionReader } from "../../portable/function-reader.ts";
import type { WriterTools } from "../../portable/graph-builder.ts";
import { ModuleFinder, loadedExport } from "../../portable/module-finder.ts";
import { NotPortable } from "../../portable/not-portable.ts";
import { isPlainData } from "../../portable/plain-data.ts";
import type { PortableGraph } from "../../portable/portable-graph.ts";
import { readPortable } from "../../portable/portable-reader.ts";
import { sameSettings } from "../../portable/sent-settings.ts";
import { writePortable, type Written } from "../../portable/portable-writer.ts";
import type { Task } from "../../task/task.ts";
import { Pace } from "./pace.ts";
import type { ThreadSupport } from "./thread-host.ts";

/** A task's code, with its inputs where these are not plain data. */
export interface Program {
  readonly number: number;
  readonly content: PortableGraph | Uint8Array;
  readonly changeable: boolean;
  /** For one call only. */
  readonly once: boolean;
  /** The call's inputs are in it. */
  readonly hasInputs: boolean;
  /** What the nodes were written from. */
  readonly originals: readonly unknown[];
  readonly pace: Pace;
}

interface KnownProgram {
  readonly program: Program;
  readonly written: Written;
  readonly hash: string;
}

/** What a call adds to its task's code. */
export interface CallValues {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Undefined where it is plain data. */
  readonly loopResult: unknown;
}

let programs = 0;

/** Writes programs, and reads what comes back from them. */
export class TaskPrograms {
  readonly #tools: WriterTools;
  readonly #functions: FunctionReader;
  readonly #support: ThreadSupport | undefined;
  readonly #known = new WeakMap<Task, KnownProgram>();

  constructor(support?: ThreadSupport) {
    const captured = sharedCapturedValues();
    const modules = new ModuleFinder(captured, support && ((value) => support.find(value)));
    this.#support = support;
    this.#functions = new FunctionReader(captured, modules, (name) => support?.globals.includes(name) === true);
    this.#tools = { captured, modules, functions: this.#functions };
  }

  /** The program for a call now. @throws FlowletError NOT_PORTABLE */
  of(task: Task, { inputs, loopResult }: CallValues): Program {
    try {
      if (loopResult !== undefined || !isPlainData(inputs)) {
        const { graph, originals } = writePortable(this.#tools, [["task", task], ["inputs", inputs], ["its last loop result", loopResult]]);
        return { number: ++programs, content: graph, changeable: true, once: true, hasInputs: true, originals, pace: new Pace() };
      }
      return this.#ofCode(task);
    } catch (error) {
      if (error instanceof NotPortable) throw notPortable(task, error.place, error.what);
      throw error;
    }
  }

  #ofCode(task: Task): Program {
    // Copies share their original's code, unless they have a field, a name or options of their own.
    const { original } = task;
    const subject = Object.keys(task).length === 0 && task.name === original.name && sameSettings(task, original) ? original : task;
    const known = this.#known.get(subject);
    if (known?.written.settled === true && this.#sameRealm(known.written)) return known.program;
    const written = writePortable(this.#tools, [["task", subject]]);
    const bytes = toBytes(written.graph);
    if (bytes === null) return { number: ++programs, content: written.graph, changeable: true, once: true, hasInputs: false, originals: written.originals, pace: new Pace() };
    const digest = hash("sha1", bytes, "base64");
    const program = digest === known?.hash ? known.program : { number: ++programs, content: bytes, changeable: written.changeable, once: false, hasInputs: false, originals: written.originals, pace: new Pace() };
    this.#known.set(subject, { program, written, hash: digest });
    return program;
  }

  #sameRealm({ realm }: Written): boolean {
    for (const [name, value] of realm) if (!Object.is(this.#functions.realmValue(name), value)) return false;
    return true;
  }

  /** The value that a thread has sent. @throws FlowletError NOT_PORTABLE where it needs what is not loaded here */
  read(task: Task, program: Program, graph: PortableGraph): unknown {
    const { roots } = readPortable(graph, {
      known: (index) => program.originals[index],
      imported: (maker) => {
        const reference = maker.kind === "module" ? maker.reference : null;
        const value = reference === null ? undefined : (this.#support?.loaded(reference) ?? loadedExport(reference));
        if (value === undefined) throw notPortable(task, "its result", `it needs ${reference?.name ?? "require"} of ${reference?.specifier ?? "a module"}, which the main thread has not loaded`);
        return value;
      },
    });
    return roots[0];
  }
}

/** Bytes of a graph: equal for equal graphs. Null where it holds what only a message can carry, e.g. shared memory. */
function toBytes(graph: PortableGraph): Uint8Array | null {
  const serializer = new Serializer();
  try {
    serializer.writeHeader();
    serializer.writeValue(graph);
    return serializer.releaseBuffer();
  } catch (error) {
    if (error instanceof RangeError) throw new NotPortable("what it captures", "it is nested too deeply");
    return null;
  }
}

/** In the words of the user, who knows nothing of graphs. */
export function notPortable(task: Task, place: string, what: string): FlowletError {
  const words = place.replace(/^task\.run$/, "its function").replace(/^task(\.|'s )/, "its ").replace(/^inputs\./, "input ");
  return new FlowletError("NOT_PORTABLE", { task: task.name, place: words === "task" ? "it" : words, what });
}
