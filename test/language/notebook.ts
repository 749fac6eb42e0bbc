/** A notebook for tests: real compiler, real translation, cells evaluated in a process of their own. */
import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckedCell, CellDiagnostic } from "../../kernel/language/language.ts";
import { NotebookLanguage } from "../../kernel/language/notebook-language.ts";

/** What a cell did. */
export interface CellOutcome {
  /** `inspect` of the result; undefined: none. */
  readonly value?: string;
  /** What it threw, with the stack. */
  readonly error?: string;
  /** Mistakes; the cell was not run then. */
  readonly diagnostics: readonly CellDiagnostic[];
  /** Files that were loaded again before it. */
  readonly reloaded: readonly string[];
  readonly checked: CheckedCell;
}

export class Notebook {
  readonly folder: string;
  readonly language: NotebookLanguage;
  readonly #process: ChildProcess;
  #count = 0;

  /** @param files written into the notebook's folder: content by path */
  constructor(files: { readonly [path: string]: string } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), "flowlet-notebook-"));
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    this.language = new NotebookLanguage(this.folder, "test", () => undefined);
    this.#process = fork(join(dirname(fileURLToPath(import.meta.url)), "cell-process.ts"), [this.folder], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  check(code: string): CheckedCell {
    return this.language.prepareCell({ id: `cell-${this.#count + 1}`, executionCount: ++this.#count, code }).checked;
  }

  async run(code: string): Promise<CellOutcome> {
    const checked = this.check(code);
    this.language.afterAnswer();
    if (!checked.ok) return { diagnostics: checked.diagnostics, reloaded: [], checked };
    const answer = new Promise<{ value?: string; error?: string; reloaded: string[] }>((resolve, reject) => {
      this.#process.removeAllListeners();
      this.#process.once("message", (message) => resolve(message as never));
      this.#process.once("exit", (exitCode) => reject(new Error(`the cells' process ended with ${exitCode}`)));
    });
    this.#process.send(checked.javascript);
    return { ...(await answer), diagnostics: checked.diagnostics, checked };
  }

  /** Runs cells that must succeed; the result of the last. */
  async value(...cells: readonly string[]): Promise<string | undefined> {
    let outcome: CellOutcome | undefined;
    for (const code of cells) {
      outcome = await this.run(code);
      if (outcome.error !== undefined || outcome.diagnostics.length > 0) {
        throw new Error(`${code}\n${outcome.error ?? JSON.stringify(outcome.diagnostics)}\n${outcome.checked.javascript}`);
      }
    }
    return outcome?.value;
  }

  close(): void {
    this.#process.removeAllListeners();
    this.#process.kill();
    this.language.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
