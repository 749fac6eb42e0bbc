/**
 * What the kernel asks of a language: check and translate cells, complete, inspect. Types only; `startLanguage` in
 * language-thread.ts is the implementation.
 *
 * The emitted JavaScript expects one hidden object in the realm that evaluates it, `globalThis[Symbol.for("flowlet.cell")]`,
 * of type `CellRuntime`, installed by the user process before the first cell.
 */

/** A mistake in a cell, in the cell's own lines and columns. */
export interface CellDiagnostic {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** Length in UTF-16 units; at least 1, and never past the end of `lineText` for the caret's sake. */
  readonly length: number;
  /** TypeScript's code, as `"TS2345"`; `"SyntaxError"` where the parser has none. */
  readonly code: string;
  /** The message with its chain (further lines indented), then related information, if any. */
  readonly message: string;
  /** The text of that line. */
  readonly lineText: string;
  /** Only errors stop a cell. */
  readonly category: "error" | "warning";
}

/** A cell that is about to run. */
export interface CellSource {
  /** `metadata.cellId`, else `execution-<count>`. */
  readonly id: string;
  /** `In [n]`; one number is given once. */
  readonly executionCount: number;
  readonly code: string;
}

/** A cell, checked and translated. */
export interface CheckedCell {
  /** False when a diagnostic is an error: nothing may be run, and none of the cell's names were declared. */
  readonly ok: boolean;
  readonly diagnostics: readonly CellDiagnostic[];
  /**
   * To be evaluated with `Runtime.evaluate {replMode: true, awaitPromise: true}`; the completion value is the cell's result
   * (`undefined`: the cell has none). Lines equal the cell's, columns as far as possible. Empty when not `ok`.
   */
  readonly javascript: string;
  /** What `//# sourceURL` at the end of `javascript` says: `cell://<kernel id>/<execution count>.ts`. */
  readonly sourceUrl: string;
  /** Source map (JSON, version 3) from `javascript` to the cell; only where code was emitted (enum, decorators, JSX …). */
  readonly sourceMap?: string;
}

/** A completion for Jupyter. */
export interface Completion {
  readonly text: string;
  /** For `_jupyter_types_experimental`: "function", "class", "module", "keyword", "instance", "property", … */
  readonly type: string;
}

/** Completions and the range of code (UTF-16 units) that they replace. */
export interface Completions {
  readonly matches: readonly Completion[];
  readonly start: number;
  readonly end: number;
}

/** Signature and documentation of what stands at a position. */
export interface Inspection {
  readonly found: boolean;
  readonly markdown: string;
  readonly text: string;
}

/** Whether more input is needed. */
export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid" | "unknown";
  /** What the next line should start with; only when incomplete. */
  readonly indent?: string;
}

/** A language, told of each cell in the order of execution. Every method answers in bounded time or rejects with a `LanguageError`. */
export interface Language {
  /** Checks and translates a cell. When `ok`, its names are declared for all later calls. */
  prepareCell(cell: CellSource): Promise<CheckedCell>;
  /** The cell has ended. Its names stay declared even when it threw: those not reached are `undefined` and can be declared again. */
  cellFinished(executionCount: number, ok: boolean): void;
  /** @param cursor UTF-16 units from the start of `code`. */
  complete(code: string, cursor: number): Promise<Completions>;
  /** @param cursor UTF-16 units from the start of `code`. @param detail 1 adds examples and tags of the documentation. */
  inspect(code: string, cursor: number, detail: 0 | 1): Promise<Inspection>;
  isComplete(code: string): Promise<Completeness>;
  /** The user process was started anew: forget every name of earlier cells. */
  reset(): Promise<void>;
  /** Ends thread and compiler and removes the cells' files. */
  close(): Promise<void>;
}

/** Options of `startLanguage`. */
export interface LanguageOptions {
  /** The notebook's folder, absolute. */
  readonly directory: string;
  /** Names the folder of the cells' files. */
  readonly kernelId: string;
  /** Limit of one request to the compiler, in ms. Default: 20,000. */
  readonly timeout?: number;
}

/** The language could not answer; the cell was not run. */
export class LanguageError extends Error {
  override readonly name = "LanguageError";
}

/** What emitted JavaScript calls in the user process; lives at `globalThis[Symbol.for("flowlet.cell")]`. */
export interface CellRuntime {
  /**
   * `import()` of a cell, resolved from the notebook's folder (kernel/runtime/modules).
   * @param specifier as written in the cell @param options `{ with: { type: "json" } }`
   */
  import(specifier: unknown, options?: ImportCallOptions): Promise<Record<string, unknown>>;
  /**
   * An `import` declaration of a cell: imports, assigns each binding (SyntaxError as Node's when the module does not export it), and
   * does so again whenever `reloadChanged` has loaded the module anew.
   */
  importStatic(specifier: string, bindings: readonly ImportBinding[], options?: ImportCallOptions): Promise<void>;
  /** The cell declares these names (as they are called at run time): reloads no longer assign to them. */
  declare(names: readonly string[]): void;
  /** `import.meta` of a cell: url, dirname and filename of a file in the notebook's folder, resolve. */
  readonly meta: ImportMeta;
  /** `require` of the notebook's folder. */
  readonly require: NodeJS.Require;
  /** `__decorate` and its like, for decorated classes. */
  readonly decorators: object;
  /** A script with functions in it begins: whoever is asked for one of them later knows where it is. */
  began?(): void;
  /** Names an unnamed task after the constant it was assigned to; any other value is ignored. */
  name(value: unknown, name: string): void;
}

/** Exported name ("*": the namespace), name at run time, assignment, and whether a missing export is no mistake. */
export type ImportBinding = readonly [imported: string, local: string, assign: (value: unknown) => void, optional?: boolean];

/** Second argument of `import()`. */
export interface ImportCallOptions {
  readonly with?: { readonly [attribute: string]: string };
}
