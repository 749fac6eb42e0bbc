/**
 * Random notebooks and random edits. What fast-check draws is plain numbers, and each stands for a choice among what is possible
 * at its place, so that all that it shrinks to is a notebook too.
 */
import fc from "fast-check";
import { KIND_NAMES, STYLES, kindOf, type Definition, type KindName, type Role } from "./definition-kinds.ts";
import { PARAMETERS, type FlowNode, type Program, type Source, type TaskDefinition, type ValueType } from "./program.ts";

/** Numbers that cells are made of: few, so that an edit often leads back to what was there. */
const LARGEST = 6;
const MAX_CALLS = 2;
const MAX_EDITS = 12;

interface RawDefinition { readonly kind: KindName; readonly params: readonly number[]; readonly calls: readonly number[]; readonly takes: number }
interface RawTask { readonly isClass: boolean; readonly params: readonly number[]; readonly inputs: readonly number[]; readonly output: number; readonly calls: readonly number[] }
interface RawNode { readonly task: number; readonly sources: readonly number[]; readonly mapped: number; readonly follows: number }

/** One thing that a user does between two runs. `target` and `part` choose among what there is. */
export interface RawEdit {
  readonly kind: EditKind;
  readonly target: number;
  readonly part: number;
  readonly value: number;
  /** Re-run the cells that took a value from the edited one; else only the edited one. */
  readonly following: boolean;
  /** Undo it afterwards and run once more. */
  readonly undone: boolean;
}

export type EditKind = "definition" | "mutation" | "task" | "calls" | "style" | "parameter" | "constant" | "kept value" | "again";
export const EDIT_KINDS: readonly EditKind[] = ["definition", "mutation", "task", "calls", "style", "parameter", "constant", "kept value", "again"];

export interface NotebookCase {
  readonly program: Omit<Program, "flowName">;
  readonly edits: readonly RawEdit[];
}

export interface NotebookOptions {
  /** Kinds of definitions, drawn alike. Default: all. */
  readonly kinds?: readonly KindName[];
  readonly edits?: readonly EditKind[];
  /** Each definition calls the one before it, and tasks the last one. Default: they call any. */
  readonly isChain?: boolean;
}

/** Notebooks with what is done to them. */
export function arbitraryNotebook({ kinds = KIND_NAMES, edits = EDIT_KINDS, isChain = false }: NotebookOptions = {}): fc.Arbitrary<NotebookCase> {
  const small = fc.nat({ max: LARGEST });
  const choice = fc.nat({ max: 59 });
  const params = fc.tuple(small, small, small);
  const definition = fc.record({ kind: fc.constantFrom(...kinds), params, calls: fc.array(choice, { maxLength: MAX_CALLS }), takes: choice });
  const task = fc.record({ isClass: fc.nat({ max: 3 }).map((n) => n === 3), params, inputs: fc.array(choice, { maxLength: 2 }), output: choice, calls: fc.array(choice, { minLength: 1, maxLength: 3 }) });
  const node = fc.record({ task: choice, sources: fc.tuple(choice, choice), mapped: choice, follows: choice });
  const edit = fc.record({ kind: fc.constantFrom(...edits), target: choice, part: choice, value: small, following: fc.nat({ max: 2 }).map((n) => n < 2), undone: fc.nat({ max: 2 }).map((n) => n === 2) });
  return fc.record({
    definitions: fc.array(definition, { minLength: 1, maxLength: 8 }), tasks: fc.array(task, { minLength: 1, maxLength: 4 }), nodes: fc.array(node, { minLength: 1, maxLength: 6 }),
    parameters: fc.tuple(small, small), edits: fc.array(edit, { minLength: 1, maxLength: MAX_EDITS, size: "max" }),
  }).map(({ definitions, tasks, nodes, parameters, edits }) => ({ program: programOf(definitions, tasks, nodes, parameters, isChain), edits }));
}

function programOf(rawDefinitions: readonly RawDefinition[], rawTasks: readonly RawTask[], rawNodes: readonly RawNode[], parameters: readonly number[], isChain: boolean): NotebookCase["program"] {
  const definitions: Definition[] = [];
  const namesOf = (possible: readonly Definition[], choices: readonly number[]) => (isChain ? [possible[possible.length - 1].name] : [...new Set(choices.map((n) => possible[n % possible.length].name))]);
  for (const raw of rawDefinitions) {
    const kind = kindOf(raw.kind);
    const name = `d${definitions.length}`;
    const usable = definitions.filter((one) => kindOf(one.kind).isAsync !== true);
    const calls = kind.calls === true && usable.length > 0 ? namesOf(usable, raw.calls) : [];
    const takes = kind.takes === undefined ? null : nameOf(usable, kind.takes, raw.takes);
    // Its partner's cell comes after it: the first refers to a name that has no value yet.
    if (raw.kind === "mutual") {
      const partner = `d${definitions.length + 1}`;
      definitions.push({ name, kind: "mutual", params: raw.params.slice(0, 2), calls: [...calls, partner], takes: null, style: 0 }, { name: partner, kind: "mutual", params: raw.params.slice(1), calls: [name], takes: null, style: 0 });
    } else definitions.push({ name, kind: raw.kind, params: raw.params.slice(0, kind.params), calls, takes, style: 0 });
  }
  const given: readonly ValueType[] = ["number", "list", "number", "record", "number"];
  const made: readonly ValueType[] = ["number", "list", "number", "record", "list", "number", "nothing"];
  const tasks = rawTasks.map((raw, index): TaskDefinition => ({
    name: `t${index}`, isClass: raw.isClass, params: raw.params, inputs: raw.inputs.map((n) => given[n % given.length]), output: made[raw.output % made.length], style: 0,
    calls: namesOf(definitions, raw.calls),
  }));
  const nodes: FlowNode[] = [];
  for (const raw of rawNodes) nodes.push(nodeOf(raw, tasks, nodes));
  return { definitions, tasks, nodes, parameters };
}

function nameOf(definitions: readonly Definition[], role: Role, choice: number): string | null {
  const possible = definitions.filter((one) => kindOf(one.kind).role === role);
  return possible.length === 0 ? null : possible[choice % possible.length].name;
}

/** Type of what a node gives: a mapped one gives a list. */
export function outputOf(node: FlowNode, tasks: readonly TaskDefinition[]): ValueType {
  return node.mapped ? "list" : tasks.find(({ name }) => name === node.task)!.output;
}

function nodeOf(raw: RawNode, tasks: readonly TaskDefinition[], before: readonly FlowNode[]): FlowNode {
  const task = tasks[raw.task % tasks.length];
  const giving = (type: ValueType): Source[] => before.flatMap((node, index) => (outputOf(node, tasks) === type ? [{ node: index }] : []));
  const lists = giving("list");
  const mapped = task.inputs[0] === "number" && task.output === "number" && lists.length > 0 && raw.mapped % 4 !== 3;
  const sources = task.inputs.map((type, index): Source => {
    if (mapped && index === 0) return lists[raw.sources[0] % lists.length];
    const others: Source[] = [{ constant: raw.mapped % (LARGEST + 1), type }, ...(type === "number" ? [{ parameter: raw.follows % PARAMETERS }] : [])];
    const given = giving(type);
    // Twice, so that chains are more common than constants.
    const possible = [...given, ...given, ...others];
    return possible[raw.sources[index] % possible.length];
  });
  const used = new Set(sources.map((source) => ("node" in source ? source.node : -1)));
  const follows = raw.follows % 3 === 0 ? [Math.floor(raw.follows / 3) % Math.max(1, before.length)].filter((index) => index < before.length && !used.has(index)) : [];
  return { name: `n${before.length}`, task: task.name, sources, mapped, follows };
}

export const nextStyle = (style: number, choice: number): number => (style + 1 + (choice % (STYLES - 1))) % STYLES;
