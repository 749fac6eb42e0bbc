/**
 * Evaluates JavaScript as V8's REPL mode does: top-level await, redeclaration, one global scope for all cells. Through the
 * main thread's own inspector session, because a call made from another thread could not be interrupted.
 */
import { Session, type Runtime } from "node:inspector";

/** How an evaluation ended. `cut`: the code was cut off by an interrupt. */
export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "thrown"; readonly value: unknown }
  | { readonly kind: "cut" };

/** Symbol under which the evaluator fetches values; on globalThis, not enumerable. */
const FETCH = Symbol.for("flowlet.fetch");

/** An inspector session of the main thread with itself. */
export class Evaluator {
  readonly #session = new Session();
  #fetched: unknown;
  #evaluations = 0;

  constructor() {
    this.#session.connect();
    Object.defineProperty(globalThis, FETCH, { value: (value: unknown) => void (this.#fetched = value) });
  }

  /**
   * Evaluates code. `ended` is called once, or never: when the code was cut off after its first await, or awaits for ever.
   * @param javascript what the language made of a cell
   */
  evaluate(javascript: string, ended: (outcome: Outcome) => void): void {
    // A group for each evaluation: one that awaits for ever keeps its promise by its group, and were that promise collected,
    // the inspector would answer from within the garbage collector, which aborts the process.
    const objectGroup = `cell ${++this.#evaluations}`;
    const parameters: Runtime.EvaluateParameterType & { readonly replMode: boolean } = {
      expression: javascript, replMode: true, awaitPromise: true, objectGroup,
    };
    this.#session.post("Runtime.evaluate", parameters, (error, answer) => {
      if (error !== null) return ended({ kind: "cut" });
      const { result, exceptionDetails } = answer;
      const thrown = exceptionDetails !== undefined;
      const value = this.#fetch(thrown ? (exceptionDetails.exception ?? result) : result);
      try {
        ended({ kind: thrown ? "thrown" : "value", value });
      } finally {
        // Else every value that a cell ever returned would stay alive. Afterwards, because nobody has to wait for it.
        this.#session.post("Runtime.releaseObjectGroup", { objectGroup });
      }
    });
  }

  /** The value that a remote object stands for: this is the process it is remote to. */
  #fetch(remote: Runtime.RemoteObject): unknown {
    if (remote.objectId === undefined) {
      if (remote.unserializableValue === undefined) return remote.value as unknown;
      if (remote.type === "bigint") return BigInt(remote.unserializableValue.slice(0, -1));
      return Number(remote.unserializableValue);
    }
    this.#session.post("Runtime.callFunctionOn", {
      objectId: remote.objectId,
      arguments: [{ objectId: remote.objectId }],
      functionDeclaration: 'function (value) { globalThis[Symbol.for("flowlet.fetch")](value) }',
    });
    const fetched = this.#fetched;
    this.#fetched = undefined;
    return fetched;
  }
}
