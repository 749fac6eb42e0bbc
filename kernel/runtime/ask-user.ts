/** The globals `prompt` and `input`; globals.ts says what they do. */
import type { ToMain } from "../user-process/link.ts";
import { cellContext } from "./cell-context.ts";
import type { Control } from "./control.ts";
import type { MainLink } from "./main-link.ts";

/** Questions to the user. */
export class AskUser {
  readonly #link: MainLink;
  readonly #control: Control;
  readonly #executing: () => number | undefined;
  readonly #waiting = new Map<number, (value: string | null) => void>();
  #requests = 0;

  /** @param executing number of the execution that may ask now: an ended cell has no one to ask */
  constructor(link: MainLink, control: Control, executing: () => number | undefined) {
    this.#link = link;
    this.#control = control;
    this.#executing = executing;
  }

  /** Blocks until the user has answered. @throws Error where nobody can be asked */
  prompt(message = "Prompt", defaultValue = ""): string | null {
    const request = this.#ask(`${String(message)} `, false, true);
    const value = this.#control.waitForInput(request);
    return value === "" ? defaultValue : value;
  }

  /** Asks without blocking. @throws Error where nobody can be asked */
  async input(message = "", { password = false }: { readonly password?: boolean } = {}): Promise<string> {
    const request = this.#ask(String(message), password, false);
    const value = await new Promise<string | null>((answered) => this.#waiting.set(request, answered));
    if (value === null) throw new Error("The front end gave no answer.");
    return value;
  }

  /** The answer to a question that does not block. */
  answered({ request, value }: Extract<ToMain, { type: "inputReply" }>): void {
    this.#waiting.get(request)?.(value);
    this.#waiting.delete(request);
  }

  #ask(prompt: string, password: boolean, blocking: boolean): number {
    const cell = cellContext.getStore();
    if (cell === undefined || cell.execution !== this.#executing()) {
      throw new Error("Only a cell that is executing can ask for input, and this one has ended.");
    }
    if (!cell.allowStdin) throw new Error("This front end cannot be asked for input (allow_stdin is false).");
    const request = ++this.#requests;
    this.#link.send({ type: "input", execution: cell.execution, request, prompt, password, blocking });
    return request;
  }
}
