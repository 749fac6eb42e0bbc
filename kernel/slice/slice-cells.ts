/** Which statements of the notebook's cells make a flow as it is now, and why some can not be taken along. */
import type { Flow } from "../../engine/index.ts";
import { cellScript, type CellStatement, type ImportedName } from "./cell-statements.ts";
import type { CellExecution, CellHistory } from "./cell-history.ts";
import { ADDING_METHODS, RUNNING_FLOW_METHODS } from "./known-calls.ts";
import { NotebookTimeline, type Change, type Meaning, type Stop } from "./notebook-timeline.ts";
import { holds, isInMemory, valueOf } from "./notebook-values.ts";
import type { NameUse } from "./statement-uses.ts";

/** The part of a notebook that a flow needs. */
export interface CellSlice {
  /** In the order of execution. */
  readonly statements: readonly CellStatement[];
  /** Names that are imports and nothing else. */
  readonly imports: ReadonlyMap<string, ImportedName>;
  /** Names that are imports at one time and something else at another. */
  readonly reassigned: ReadonlySet<string>;
  /** A name that stands for the flow; null where none does. */
  readonly flowName: string | null;
  /** Why it is not all; empty where it is. */
  readonly problems: readonly string[];
}

/** @param stop the statement that asks, where a cell does */
export function sliceCells(flow: Flow, history: CellHistory, stop: Stop | null): CellSlice {
  return new Slicer(flow, history, stop).run();
}

/** What only a notebook has. */
const NOTEBOOK_NAMES: ReadonlySet<string> = new Set(["display", "prompt", "input"]);
/** What Node's modules have although it is on no object. */
const MODULE_NAMES: ReadonlySet<string> = new Set(["require", "module", "exports", "__filename", "__dirname", "arguments", "babelHelpers", "globalThis", "undefined", "NaN", "Infinity"]);

class Slicer {
  readonly #flow: Flow;
  readonly #history: CellHistory;
  readonly #timeline: NotebookTimeline;
  /** Latest execution of each cell. */
  readonly #current = new Map<string, CellExecution>();
  readonly #taken = new Set<CellStatement>();
  readonly #needed = new Set<Meaning>();
  readonly #problems = new Set<string>();

  constructor(flow: Flow, history: CellHistory, stop: Stop | null) {
    this.#flow = flow;
    this.#history = history;
    this.#timeline = new NotebookTimeline(history.executions, stop);
    for (const execution of history.executions) this.#current.set(execution.cellId, execution);
  }

  run(): CellSlice {
    const holder = this.#holder();
    if (holder !== null) this.#need(holder, `the flow ${this.#flow.name}`);
    else this.#takeOriginCell();
    for (const statement of this.#timeline.statements) if (statement.runs !== null && this.#isCurrent(statement)) this.#taken.add(statement);
    // Sets grow while they are gone through: each need brings its own.
    for (const statement of this.#taken) this.#follow(statement);
    const statements = this.#timeline.statements.filter((statement) => this.#taken.has(statement)).sort((a, b) => a.execution.order - b.execution.order || a.index - b.index);
    const flowName = holder !== null && valueOf(holder.name) === this.#flow ? holder.name : null;
    return { statements, ...this.#imports(), flowName, problems: [...this.#problems] };
  }

  /** The name that got the flow first; else one that holds it. */
  #holder(): Meaning | null {
    const meanings = [...this.#timeline.names].map((name) => this.#timeline.latest(name)!).sort((a, b) => a.time - b.time);
    return meanings.find(({ name }) => valueOf(name) === this.#flow) ?? meanings.find(({ name }) => holds(valueOf(name), this.#flow)) ?? null;
  }

  /** Nobody knows which statement of the cell made the flow: all that do something are taken. */
  #takeOriginCell(): void {
    const origin = this.#flow.origin === undefined ? undefined : this.#current.get(this.#flow.origin);
    if (origin === undefined) {
      this.#problems.add("no name of the notebook stands for it: give it one, const flow = new Flow(…), and run that cell");
      return;
    }
    if (origin.state === "failed" || origin.deleted) this.#problems.add(`${this.#cell(origin)}, which makes it, ${origin.deleted ? "was deleted" : "has failed"}: run it again`);
    for (const statement of this.#timeline.statements) if (statement.execution === origin && statement.uses.now.some((use) => use.calls.length > 0)) this.#taken.add(statement);
  }

  #imports(): Pick<CellSlice, "imports" | "reassigned"> {
    const imports = new Map<string, ImportedName>();
    const others = new Set<string>();
    for (const meaning of this.#needed) {
      if (meaning.imported === null || imports.has(meaning.name)) others.add(meaning.name);
      else imports.set(meaning.name, meaning.imported);
    }
    // A name that is also something else is a variable.
    for (const statement of this.#taken) for (const name of statement.declares) if (statement.imports === null) others.add(name);
    for (const statement of this.#taken) for (const { name, assigned } of statement.uses.now) if (assigned !== "no" && name !== null && statement.imports === null) others.add(name);
    const reassigned = new Set([...this.#needed].filter(({ imported, name }) => imported !== null && others.has(name)).map(({ name }) => name));
    for (const name of others) imports.delete(name);
    return { imports, reassigned };
  }

  /** @param by what needs it, in words */
  #need(meaning: Meaning, by: string): void {
    if (this.#needed.has(meaning)) return;
    this.#needed.add(meaning);
    const { statement, imported, name } = meaning;
    if (imported?.specifier === "tslab") this.#problems.add(`${name} of tslab, which ${by} uses, exists in a notebook only: leave it out of what the flow uses`);
    if (statement !== null) this.#take(statement, name, by);
    for (const change of meaning.changes) this.#takeChange(change, meaning);
  }

  #take(statement: CellStatement, name: string, by: string): void {
    const { execution } = statement;
    const current = this.#current.get(execution.cellId)!;
    if (execution.deleted) this.#problems.add(`${name} was made by ${this.#cell(execution)}, which is deleted: make it in another cell, and run that`);
    else if (execution.state === "failed" && current === execution) this.#problems.add(`${name} is made by ${this.#cell(execution)}, which has failed: correct the cell and run it again`);
    else if (current !== execution && !this.#isStillThere(statement)) {
      const later = this.#timeline.latest(name)?.statement;
      const redone = later != null && later.execution !== execution;
      this.#problems.add(redone
        ? `${by} was made with an earlier ${name}, of a cell that was edited and run again since: run the cell of ${by} again`
        : `${name} was made by an earlier version of ${this.#cell(current)}, which makes it no more: make it in a cell, and run that`);
    }
    this.#taken.add(statement);
  }

  #takeChange(change: Change, meaning: Meaning): void {
    const { name, imported, statement: made } = meaning;
    const { statement } = change;
    const { execution } = statement;
    const current = this.#current.get(execution.cellId)!;
    const isFlow = ["flow", "task"].includes(this.#timeline.kindOf(meaning));
    if (current === execution && !execution.deleted) {
      if (execution.state === "failed") this.#problems.add(`${name} may have been changed by ${this.#cell(execution)}, which has failed: correct the cell and run it again`);
      this.#taken.add(statement);
      return;
    }
    // What a cell added to a flow leaves it when the cell is run again or deleted.
    if (isFlow) return;
    if (execution.deleted) {
      this.#problems.add(`${name} was changed by ${this.#cell(execution)}, which is deleted (${shorten(statement.text)}): run the cell that makes ${name} again`);
      return;
    }
    const again = cellScript(current).statements;
    const same = again.some(({ text }) => text === statement.text);
    const adds = change.kind === "add" || (change.kind === "call" && ADDING_METHODS.has(change.what.split(".").at(-1)!));
    if (same ? !adds : change.kind === "set" ? again.some(({ uses }) => uses.now.some((use) => use.name === name && (use.set?.join(".") === change.what || use.assigned !== "no"))) : imported !== null || made === null) return;
    this.#problems.add(`${name} was changed by an earlier run of ${this.#cell(current)} (${shorten(statement.text)}), so it is not what the cells give when each is run once: run the cell that makes ${name} again, and then this one`);
  }

  #follow(statement: CellStatement): void {
    const time = this.#timeline.timeOf(statement);
    const [declared] = statement.declares;
    const by = declared ?? this.#cell(statement.execution);
    if (declared !== undefined && statement.uses.now.some((use) => use.handedOn && use.name !== null && use.calls.some(([method]) => RUNNING_FLOW_METHODS.has(method!)) && this.#isFlow(use.name, time))) {
      this.#problems.add(`${declared} is the outcome of ${shorten(statement.text)}, which is not repeated: leave ${declared} out of what the flow uses`);
      return;
    }
    for (const use of statement.uses.now) {
      if (use.name === null || (use.assigned === "whole" && use.set === null)) continue;
      const meaning = this.#timeline.before(use.name, time);
      if (meaning !== undefined) this.#need(meaning, by);
      else this.#needGlobal(use, by, statement);
    }
    for (const use of statement.uses.later) this.#needNow(use, by, statement);
    for (const meaning of this.#timeline.invoked(statement)) {
      if (meaning.statement === null) continue;
      for (const use of meaning.statement.uses.later) {
        const then = use.name === null || use.inRun ? undefined : this.#timeline.before(use.name, time);
        if (then !== undefined) this.#need(then, by);
      }
    }
  }

  #needNow(use: NameUse, by: string, statement: CellStatement): void {
    if (use.name === null) return;
    const meaning = this.#timeline.latest(use.name);
    if (meaning === undefined) this.#needGlobal(use, by, statement);
    else this.#need(meaning, by);
  }

  #needGlobal({ name, typeofOnly }: NameUse, by: string, statement: CellStatement): void {
    if (name === null || this.#timeline.latest(name) !== undefined || MODULE_NAMES.has(name)) return;
    if (NOTEBOOK_NAMES.has(name)) {
      const guarded = [...statement.uses.now, ...statement.uses.later].some((use) => use.name === name && use.typeofOnly);
      if (!typeofOnly && !guarded) this.#problems.add(`${by} uses ${name}, which exists in a notebook only: leave it out, or ask first: if (typeof ${name} === "function") …`);
      return;
    }
    if (!this.#history.builtIns.has(name) && isInMemory(name)) {
      if (!typeofOnly) this.#problems.add(`${name}, which ${by} uses, exists in the kernel's memory only (no cell declares it): declare it in a cell, const ${name} = …, and run that`);
      return;
    }
    this.#need(this.#timeline.globalMeaning(name), by);
  }

  #isFlow(name: string, time: number): boolean {
    const meaning = this.#timeline.before(name, time);
    return meaning !== undefined && this.#timeline.kindOf(meaning) === "flow";
  }

  #isCurrent({ execution }: CellStatement): boolean {
    return !execution.deleted && execution.state !== "failed" && this.#current.get(execution.cellId) === execution;
  }

  /** Does the cell, as it was run last, still hold the same statement? */
  #isStillThere(statement: CellStatement): boolean {
    const current = this.#current.get(statement.execution.cellId)!;
    return current.state !== "failed" && cellScript(current).statements.some(({ text }) => text === statement.text);
  }

  #cell({ label }: CellExecution): string { return label === "*" ? "a cell" : `cell [${label}]`; }
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 60 ? line : `${line.slice(0, 57)}…`;
}
