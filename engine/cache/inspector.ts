/** This thread's own V8 inspector: asked and answered in one call. */
import { Session } from "node:inspector";

/** A session, opened at the first question. To open one costs milliseconds. */
export class Inspector {
  #session: Session | null = null;
  readonly #scriptParsed: (script: { readonly scriptId: string; readonly url: string }) => void;

  /** @param scriptParsed told of each script while {@link whileDebugging} lasts, of those that are there already too */
  constructor(scriptParsed: (script: { readonly scriptId: string; readonly url: string }) => void) {
    this.#scriptParsed = scriptParsed;
  }

  /** @throws what the inspector answers instead of a result */
  post<T>(method: string, parameters: object): T {
    if (this.#session === null) {
      this.#session = new Session();
      this.#session.connect();
      this.#session.on("Debugger.scriptParsed", ({ params }) => this.#scriptParsed(params));
    }
    let answer: T | undefined;
    let failure: Error | null = null;
    this.#session.post(method, parameters, (error: Error | null, result?: object) => { failure = error; answer = result as T; });
    if (failure !== null) throw failure;
    return answer as T;
  }

  /** Scripts are announced to a debugger only, all at once; it is on for an instant, since awaits are slow while it is. */
  whileDebugging<T>(read: () => T): T {
    this.post("Debugger.enable", {});
    try {
      return read();
    } finally {
      this.post("Debugger.disable", {});
    }
  }

  close(): void {
    this.#session?.disconnect();
    this.#session = null;
  }
}
