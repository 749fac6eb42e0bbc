/**
 * Cells as the kernel runs them, but in this process: the kernel's own transform and evaluator, without the type check and
 * without sockets, so that thousands of cells take seconds.
 */
import { getCallSites } from "node:util";
import { sharedCapturedValues } from "../../../../engine/cache/captured-values.ts";
import { Flow, Parameter, Task, nameTask, task, unmapped } from "../../../../engine/index.ts";
import { readCell } from "../../../../kernel/language/cell-syntax.ts";
import { runtimeObject } from "../../../../kernel/language/runtime-object.ts";
import { transformCell } from "../../../../kernel/language/transform-cell.ts";
import { Evaluator } from "../../../../kernel/runtime/evaluator.ts";

/** One for the process, as a kernel has one: what cells declare stays. */
export class Realm {
  readonly #evaluator = new Evaluator();
  #count = 0;
  #evaluating = { sourceUrl: "", javascript: "" };
  /** What task functions have said to `display` since it was asked for last. */
  readonly #shown: string[] = [];

  constructor() {
    // A native function, as code that is not the user's.
    const globals = { Flow, Parameter, Task, task, unmapped, display: this.#shown.push.bind(this.#shown) };
    for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    const symbol = /Symbol\.for\("(.*)"\)/.exec(runtimeObject)?.[1] as string;
    Object.defineProperty(globalThis, Symbol.for(symbol), { value: { name: nameTask, began: () => { this.#began(); } }, configurable: true });
  }

  /** Runs a cell. @returns its last expression's value @throws what the cell throws, SyntaxError */
  async cell(code: string): Promise<unknown> {
    const syntax = readCell(code);
    if (!("edited" in syntax)) throw new SyntaxError(`${syntax.message}\n${code}`);
    const sourceUrl = `cell://property/${++this.#count}.ts`;
    const { javascript } = transformCell(syntax.edited, syntax.grammar, {
      renamed: () => false, followsModule: () => false, typeOnlyNames: undefined, showsValue: syntax.showsValue, sourceUrl,
    });
    this.#evaluating = { sourceUrl, javascript };
    return await new Promise((resolve, reject) => {
      this.#evaluator.evaluate(javascript, (outcome) => {
        if (outcome.kind === "value") resolve(outcome.value);
        else reject(outcome.kind === "thrown" ? outcome.value : new Error("the cell was cut off"));
      });
    });
  }

  /** As the kernel does, so that V8 need not be asked where a function is from. */
  #began(): void {
    const [, , caller] = getCallSites(3);
    if (caller !== undefined && caller.scriptName === "") sharedCapturedValues().noteScript(caller.scriptId, this.#evaluating.sourceUrl, this.#evaluating.javascript);
  }

  /** What was shown since it was asked for last, sorted. */
  shown(): string[] {
    return this.#shown.splice(0).sort();
  }
}
