/**
 * TypeScript for the cells of one notebook, synchronously: runs in the language thread, which the compiler may block. The state
 * is a folder of modules on disk and a table of names, so it can be taken up again by a new thread.
 */
import { existsSync } from "node:fs";
import { makeCellFolder, removeCellFolder, type CellFolder } from "./cell-folder.ts";
import { isMistake, readCell, type CellSyntax, type Declaration, type SyntaxMistake } from "./cell-syntax.ts";
import { completions } from "./completion.ts";
import { completeness } from "./completeness.ts";
import { cellDiagnostics, syntaxDiagnostic, wholeCellDiagnostic } from "./diagnostics.ts";
import type { EditedText } from "./edited-text.ts";
import { inspection } from "./inspection.ts";
import type { CellDiagnostic, CellSource, CheckedCell, Completeness, Completions, Inspection } from "./language.ts";
import { draftOf } from "./draft.ts";
import { NotebookScope, type ScopeEntry } from "./notebook-scope.ts";
import { printTypes } from "./printed-types.ts";
import type { CellGrammar } from "../../engine/syntax/syntax-tree.ts";
import { transformCell } from "./transform-cell.ts";
import { TypeChecker, type OpenDraft } from "./type-checker.ts";
import { typeOnlyImports } from "./type-only-imports.ts";

/** What a new thread needs to go on after a cell that was prepared. */
export interface PreparedCell {
  readonly checked: CheckedCell;
  readonly entries: readonly ScopeEntry[];
  /** The cell's module, if every later cell must see it. */
  readonly augmenting: string | undefined;
}

interface CheckResult {
  readonly diagnostics: readonly CellDiagnostic[];
  readonly typeOnlyNames: ReadonlySet<string> | undefined;
  readonly draft: OpenDraft | undefined;
}

/** Of a cell that switches checking off. */
const unchecked: CheckResult = { diagnostics: [], typeOnlyNames: undefined, draft: undefined };

export class NotebookLanguage {
  readonly #directory: string;
  readonly #kernelId: string;
  #folder: CellFolder;
  /** Texts of the cells' modules, should their folder be removed. */
  readonly #modules = new Map<string, { text: string; grammar: CellGrammar }>();
  readonly #scope = new NotebookScope();
  readonly #onCompiler: (processId: number | undefined) => void;
  #checker: TypeChecker | undefined;
  /** The last cell, until later cells can use it. */
  #unsettled: { draft: OpenDraft | undefined; module: string; text: EditedText; syntax: CellSyntax } | undefined;

  /** @param onCompiler is told the compiler's process whenever one is started, and undefined when it is gone */
  constructor(directory: string, kernelId: string, onCompiler: (processId: number | undefined) => void) {
    this.#directory = directory;
    this.#kernelId = kernelId;
    this.#folder = makeCellFolder(directory, kernelId);
    this.#onCompiler = onCompiler;
  }

  /** Starts the compiler, lets it read the library and does once what cells ask for, so that the first of them do not wait for that. */
  warmUp(): void {
    const code = `import "flowlet"; import "node:fs"; const warm = { one: 1 }; console.log([warm].map(String));`;
    const syntax = readCell(code);
    if (isMistake(syntax)) return;
    const text = draftOf(syntax, this.#scope, this.#directory);
    const { draft, typeOnlyNames } = this.#check(syntax, text);
    transformCell(syntax.edited, syntax.grammar, { renamed: () => false, followsModule: () => false, typeOnlyNames, showsValue: true, sourceUrl: "cell://warm-up" });
    if (draft !== undefined) printTypes(draft, positionsIn(text, syntax.declarations), () => true);
    for (const typed of ["[1].", ""]) this.#withChecker((checker) => completions(checker, this.#scope, this.#directory, typed, typed.length));
  }

  restore(cells: readonly PreparedCell[]): void {
    for (const { entries, augmenting } of cells) this.#scope.restore(entries, augmenting);
  }

  reset(): void {
    this.#scope.clear();
    this.#modules.clear();
    this.#checker?.setAugmentations([]);
  }

  prepareCell({ executionCount, code }: CellSource): PreparedCell {
    this.#begin();
    const sourceUrl = `cell://${this.#kernelId}/${executionCount}.ts`;
    const syntax = readCell(code);
    if (isMistake(syntax)) return refused([this.#syntaxMistake(code, syntax)], sourceUrl);
    const text = draftOf(syntax, this.#scope, this.#directory);
    const { diagnostics, typeOnlyNames, draft } = syntax.unchecked ? unchecked : this.#check(syntax, text);
    if (diagnostics.some(({ category }) => category === "error")) return refused(diagnostics, sourceUrl);
    try {
      const { javascript, sourceMap, names } = transformCell(syntax.edited, syntax.grammar, {
        renamed: (name) => this.#scope.isRenamed(name),
        followsModule: (name) => this.#scope.value(name)?.followsModule === true,
        typeOnlyNames,
        showsValue: syntax.showsValue,
        sourceUrl,
      });
      const module = `cell_${executionCount}`;
      const entries = this.#scope.declare(module, syntax, names);
      this.#unsettled = { draft, module, text, syntax };
      const checked = { ok: true, diagnostics, javascript, sourceUrl, ...(sourceMap === undefined ? {} : { sourceMap }) };
      return { checked, entries, augmenting: syntax.augments ? module : undefined };
    } catch (error) {
      if (error instanceof RangeError) return refused([wholeCellDiagnostic(code, "The cell is nested too deeply to be translated; split it.")], sourceUrl);
      if (error instanceof SyntaxError) return refused([wholeCellDiagnostic(code, error.message)], sourceUrl);
      throw error;
    }
  }

  /** Work for later cells that no one has to wait for; call when the cell's answer is on its way. */
  afterAnswer(): void {
    this.#settle(true);
    try {
      this.#checker?.rest();
    } catch {
      // The compiler is gone, which the next question notices.
    }
  }

  complete(code: string, cursor: number): Completions {
    this.#begin();
    return this.#withChecker((checker) => completions(checker, this.#scope, this.#directory, code, cursor));
  }

  inspect(code: string, cursor: number, detail: 0 | 1): Inspection {
    this.#begin();
    return this.#withChecker((checker) => inspection(checker, this.#scope, this.#directory, code, cursor, detail));
  }

  isComplete(code: string): Completeness {
    return completeness(code);
  }

  close(): void {
    this.#checker?.close();
    removeCellFolder(this.#folder);
  }

  /** Before each question. */
  #begin(): void {
    this.#settle(false);
    if (this.#checker?.noticeLocalChanges() === true) this.#scope.forgetPrinted();
  }

  /** Makes the last cell's module, and with `print`, as long as it is in the draft, the texts of its types. */
  #settle(print: boolean): void {
    const cell = this.#unsettled;
    this.#unsettled = undefined;
    if (cell === undefined) return;
    const { draft, module, text, syntax } = cell;
    // A cell that declares nothing is of no use to later ones: no module is made, and the program stays what it is.
    const isUsed = syntax.declarations.length > 0 || syntax.augments;
    if (isUsed) {
      this.#modules.set(module, { text: text.text, grammar: syntax.grammar });
      this.#withChecker((checker) => {
        checker.addModule(module, text.text, syntax.grammar);
        if (syntax.augments) checker.setAugmentations(this.#scope.augmentingModules());
      });
    }
    if (!print || draft === undefined) return;
    try {
      this.#checker?.followLocalFiles(draft);
      if (isUsed) this.#scope.keepPrinted(module, printTypes(draft, positionsIn(text, syntax.declarations), (type) => this.#checker?.isLocalTypeName(type) !== false));
    } catch {
      // The compiler is gone, which the next question notices; types come from the cell's module then.
    }
  }

  #check(syntax: CellSyntax, text: EditedText): CheckResult {
    return this.#withChecker((checker) => {
      const draft: OpenDraft = checker.open(text.text, syntax.grammar);
      const found = checker.diagnose(draft);
      const diagnostics = cellDiagnostics(found, syntax, text, this.#scope.names());
      const typeOnlyNames = syntax.hasImports ? typeOnlyImports(draft, syntax, text) : new Set<string>();
      // A refused cell may be run again when a file was corrected, and no later work sees it.
      if (diagnostics.length > 0) checker.followLocalFiles(draft);
      return { diagnostics, typeOnlyNames, draft };
    });
  }

  #syntaxMistake(code: string, mistake: SyntaxMistake): CellDiagnostic {
    const found = this.#withChecker((checker) => checker.diagnoseSyntax(checker.open(`${code}\nexport {};`, "ts")));
    return syntaxDiagnostic(code, mistake, found);
  }

  /** Runs a question; a compiler that died meanwhile is started anew, once. */
  #withChecker<T>(ask: (checker: TypeChecker) => T): T {
    try {
      return ask(this.#startedChecker());
    } catch (error) {
      if (error instanceof RangeError) throw error;
      this.#checker?.close();
      this.#checker = undefined;
      this.#onCompiler(undefined);
    }
    return ask(this.#startedChecker());
  }

  #startedChecker(): TypeChecker {
    if (this.#checker === undefined) {
      const isGone = !existsSync(this.#folder.configFile);
      if (isGone) this.#folder = makeCellFolder(this.#directory, this.#kernelId);
      this.#checker = new TypeChecker(this.#folder);
      this.#onCompiler(this.#checker.processId);
      if (isGone) for (const [module, { text, grammar }] of this.#modules) this.#checker.addModule(module, text, grammar);
      this.#checker.setAugmentations(this.#scope.augmentingModules());
    }
    return this.#checker;
  }
}

function positionsIn(draft: EditedText, declarations: readonly Declaration[]): readonly Declaration[] {
  return declarations.map((declaration) => ({ ...declaration, position: draft.fromOriginal(declaration.position) }));
}

function refused(diagnostics: readonly CellDiagnostic[], sourceUrl: string): PreparedCell {
  return { checked: { ok: false, diagnostics, javascript: "", sourceUrl }, entries: [], augmenting: undefined };
}
