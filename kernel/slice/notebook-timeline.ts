/**
 * What every name of the notebook has meant, in the order of executions. A name has one meaning from one assignment to the next; what
 * changes the value in between belongs to that meaning.
 */
import { cellScript, type CellStatement, type ImportedName } from "./cell-statements.ts";
import type { CellExecution } from "./cell-history.ts";
import { isReading, READING_FLOW_METHODS, READING_METHODS } from "./known-calls.ts";
import { kindOf, memberAt, valueOf, type ValueKind } from "./notebook-values.ts";
import type { NameUse } from "./statement-uses.ts";

/** How a statement changes a value. */
export interface Change {
  readonly statement: CellStatement;
  /** What is assigned to, or the method called; two changes that say the same do the same again. */
  readonly what: string;
  readonly kind: "set" | "add" | "call" | "pass";
}

/** A name from one assignment to the next. */
export interface Meaning {
  readonly name: string;
  /** The statement that gives it; null for a global name. */
  statement: CellStatement | null;
  readonly imported: ImportedName | null;
  /** When it begins. */
  readonly time: number;
  readonly changes: Change[];
  /** Meanings whose value it may share. */
  readonly sharesWith: Set<Meaning>;
}

/** Where reading stops: a statement that is being executed. */
export interface Stop {
  readonly execution: CellExecution;
  /** Of the evaluated script (from 1). */
  readonly line: number;
}

/** All meanings of all names. */
export class NotebookTimeline {
  /** In order of time. */
  readonly statements: CellStatement[] = [];
  readonly #times = new Map<CellStatement, number>();
  readonly #meanings = new Map<string, Meaning[]>();
  readonly #globals = new Map<string, Meaning>();
  readonly #changesArguments = new Map<Meaning, boolean>();

  constructor(executions: readonly CellExecution[], stop: Stop | null) {
    for (const execution of executions) this.#addCell(execution, stop?.execution === execution ? stop.line : Infinity);
    for (const statement of this.statements) this.#noteChanges(statement);
  }

  /** Names that cells have declared. */
  get names(): Iterable<string> { return this.#meanings.keys(); }

  timeOf(statement: CellStatement): number { return this.#times.get(statement)!; }

  /** What the name means now. */
  latest(name: string): Meaning | undefined { return this.#meanings.get(name)?.at(-1); }

  /** What the name meant just before this time. */
  before(name: string, time: number): Meaning | undefined { return this.#meanings.get(name)?.findLast((meaning) => meaning.time < time); }

  kindOf(meaning: Meaning): ValueKind {
    if (this.latest(meaning.name) === meaning && meaning.statement !== null) {
      const kind = kindOf(valueOf(meaning.name));
      if (kind !== "unknown") return kind;
    }
    const text = meaning.statement?.text ?? "";
    return /=\s*(await\s+)?(\w+\.)?task\s*\(/.test(text) ? "task" : /=\s*new\s+(\w+\.)?Flow\s*\(/.test(text) ? "flow" : "unknown";
  }

  /** Meanings whose functions the statement may call while it runs, as they are then. */
  invoked(statement: CellStatement): ReadonlySet<Meaning> {
    const time = this.timeOf(statement);
    const found = new Set<Meaning>();
    const add = (use: NameUse) => {
      const meaning = use.name === null ? undefined : this.before(use.name, time);
      if (meaning?.statement != null && (use.calls.length > 0 || use.passedTo.some((path) => path === null || !isDeferring(path)))) {
        const kind = this.kindOf(meaning);
        if (kind !== "task" && kind !== "flow" && kind !== "plain") found.add(meaning);
      }
    };
    statement.uses.now.forEach(add);
    for (const meaning of found) {
      for (const use of meaning.statement!.uses.later) {
        const inner = use.name === null || use.inRun ? undefined : this.before(use.name, time);
        if (inner?.statement != null && !isValue(this.kindOf(inner))) found.add(inner);
      }
    }
    return found;
  }

  #addCell(execution: CellExecution, line: number): void {
    const { statements } = cellScript(execution);
    // Functions are there from the beginning of their cell.
    const reached = statements.filter((statement) => statement.firstLine <= line);
    const ordered = [...reached.filter(({ node }) => node.type === "FunctionDeclaration"), ...reached.filter(({ node }) => node.type !== "FunctionDeclaration")];
    for (const statement of ordered) {
      const time = this.statements.push(statement);
      this.#times.set(statement, time);
      const assigned = statement.uses.now.filter((use) => use.assigned !== "no" && use.name !== null);
      for (const name of new Set([...statement.declares, ...assigned.filter((use) => use.assigned === "whole").map((use) => use.name!)])) this.#begin(name, statement, time);
      for (const { name } of assigned) if (!this.#meanings.has(name!)) this.#begin(name!, statement, time);
    }
  }

  #begin(name: string, statement: CellStatement, time: number): void {
    const imported = statement.imports?.get(name) ?? null;
    const meanings = this.#meanings.get(name) ?? [];
    this.#meanings.set(name, meanings);
    const last = meanings.at(-1);
    // To import the same again changes nothing.
    if (imported !== null && last?.imported != null && !last.statement!.execution.deleted && sameImport(imported, last.imported)) {
      last.statement = statement;
      return;
    }
    const sharesWith = new Set<Meaning>();
    for (const use of statement.uses.now) {
      // What a function or a class returns is its own.
      const source = use.handedOn && use.name !== null && !use.calls.some((path) => path.length === 0) ? this.before(use.name, time) : undefined;
      if (source !== undefined && SHARED.has(this.kindOf(source))) sharesWith.add(source);
    }
    meanings.push({ name, statement, imported, time, changes: [], sharesWith });
  }

  #noteChanges(statement: CellStatement): void {
    const time = this.timeOf(statement);
    const { now } = statement.uses;
    const ofLocals = now.some((use) => use.name === null && this.#localIsChanged(use));
    for (const use of now) if (use.name !== null) this.#note(use, statement, time, ofLocals);
    for (const meaning of this.invoked(statement)) {
      for (const use of meaning.statement!.uses.later) {
        if (use.name === null || use.inRun || (meaning.statement!.declares.includes(use.name) && use.assigned === "no" && use.set === null)) continue;
        this.#note(use, statement, time, false);
      }
    }
  }

  #note(use: NameUse, statement: CellStatement, time: number, ofLocals: boolean): void {
    const meaning = this.before(use.name!, time) ?? (this.#meanings.has(use.name!) ? undefined : this.globalMeaning(use.name!));
    if (meaning === undefined) return;
    const change = use.assigned === "part" ? { what: use.name!, kind: "set" as const } : this.#changeOf(use, meaning, statement, ofLocals);
    if (change === null) return;
    // Whoever shares the value sees the change.
    const shared = new Set([meaning]);
    for (const one of shared) for (const other of one.sharesWith) shared.add(other);
    for (const one of shared) if (!one.changes.some((known) => known.statement === statement && known.what === change.what)) one.changes.push({ statement, ...change });
  }

  /** A name that no cell declares, with what changes it. */
  globalMeaning(name: string): Meaning {
    let meaning = this.#globals.get(name);
    if (meaning === undefined) this.#globals.set(name, (meaning = { name, statement: null, imported: null, time: 0, changes: [], sharesWith: new Set() }));
    return meaning;
  }

  #changeOf(use: NameUse, meaning: Meaning, statement: CellStatement, ofLocals: boolean): Pick<Change, "what" | "kind"> | null {
    const isNow = this.latest(meaning.name) === meaning;
    if (use.set !== null) return { what: use.set.join("."), kind: use.accumulates ? "add" : "set" };
    for (const path of use.calls) {
      if (path.length === 0 || isReading([meaning.name, ...path])) continue;
      const method = path.at(-1)!;
      const receiver = path.slice(0, -1);
      const kind = receiver.length === 0 ? this.kindOf(meaning) : isNow && meaning.statement !== null && !receiver.includes("()") ? kindOf(memberAt(valueOf(meaning.name), receiver)) : "unknown";
      if (kind === "task" || kind === "plain" || kind === "task class") continue;
      if (kind === "flow" ? READING_FLOW_METHODS.has(method) : READING_METHODS.has(method)) continue;
      if (!this.#isChangedByCalls(meaning, statement)) continue;
      return { what: path.join("."), kind: "call" };
    }
    if (meaning.statement === null && meaning.name !== "process") return use.passedTo.some((path) => path?.[0] === "Object") ? { what: "Object", kind: "pass" } : null;
    const kind = this.kindOf(meaning);
    // A decorator, or a member that is added to a function.
    if ((kind === "function" || kind === "task class") && use.passedTo.some((path) => path !== null && CHANGING_OBJECTS.has(path[0]!) && !isReading(path))) return { what: "()", kind: "pass" };
    if (kind === "task" || kind === "plain" || kind === "function" || kind === "task class") return null;
    const changed = use.passedTo.some((path) => (path === null ? ofLocals : this.#changesInputs(path, this.timeOf(statement))));
    if (changed || (ofLocals && use.calls.some((path) => path.length > 0) && kind !== "flow")) return { what: "()", kind: "pass" };
    return null;
  }

  /** Calls of what Node itself provides change nothing that lasts; of a package those that are waited for do something outside. */
  #isChangedByCalls({ imported, statement, name }: Meaning, caller: CellStatement): boolean {
    if (statement === null) return name === "process";
    if (imported === null || /^[./]/.test(imported.specifier)) return true;
    return !imported.specifier.startsWith("node:") && !NODE_MODULES.has(imported.specifier) && !caller.uses.awaits;
  }

  /** Does a function change what it is given? */
  #changesInputs(path: readonly string[], time: number): boolean {
    if (isDeferring(path)) return false;
    const called = this.before(path[0]!, time);
    if (called === undefined) return !isReading(path) && path[0] !== "undefined";
    const kind = this.kindOf(called);
    if (called.imported?.specifier === "flowlet" && path.length === 1) return false;
    if (kind === "task") return path.length > 1;
    if (path.length > 1 && kind === "flow") return !READING_FLOW_METHODS.has(path[1]!);
    if (path.length > 1 || called.imported !== null) return true;
    return this.#functionChangesInputs(called, time);
  }

  #functionChangesInputs(called: Meaning, time: number): boolean {
    const known = this.#changesArguments.get(called);
    if (known !== undefined) return known;
    // Of functions that call each other the others decide.
    this.#changesArguments.set(called, false);
    const changes = called.statement!.uses.later.some((use) => use.name === null && (this.#localIsChanged(use) || use.passedTo.some((path) => path !== null && this.before(path[0]!, time) !== undefined && this.#changesInputs(path, time))));
    this.#changesArguments.set(called, changes);
    return changes;
  }

  #localIsChanged(use: NameUse): boolean {
    return use.set !== null || use.calls.some((path) => path.length > 0 && !READING_METHODS.has(path.at(-1)!) && !READING_FLOW_METHODS.has(path.at(-1)!));
  }
}

const NODE_MODULES: ReadonlySet<string> = new Set(["fs", "fs/promises", "path", "os", "util", "crypto", "child_process", "http", "https", "url", "stream", "events", "zlib", "worker_threads", "timers/promises", "readline"]);

const CHANGING_OBJECTS: ReadonlySet<string> = new Set(["babelHelpers", "Object", "Reflect"]);

function isDeferring(path: readonly string[]): boolean {
  const last = path.at(-1);
  return last === "task" || last === "Parameter";
}

/** Calling it calls no function of the notebook. */
function isValue(kind: ValueKind): boolean {
  return kind === "task" || kind === "flow" || kind === "plain";
}

/** Kinds of values that a statement elsewhere may change. */
const SHARED: ReadonlySet<ValueKind> = new Set(["object", "unknown"]);

function sameImport(one: ImportedName, other: ImportedName): boolean {
  return one.specifier === other.specifier && one.imported === other.imported && one.attributes === other.attributes;
}
