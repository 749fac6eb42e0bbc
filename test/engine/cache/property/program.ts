/** A generated notebook: definitions, tasks, one flow; and its cells' texts. */
import { MODULUS, definitionCell, kindOf, styleOf, type Definition, type UseOf } from "./definition-kinds.ts";

export type ValueType = "number" | "list" | "record" | "nothing";

/** A task; one cell. */
export interface TaskDefinition {
  readonly name: string;
  /** Extends Task, with a field that its constructor sets; else made from a function. */
  readonly isClass: boolean;
  /** [a number in the body, what becomes of the total, a default argument or the field] */
  readonly params: readonly number[];
  readonly inputs: readonly ValueType[];
  readonly output: ValueType;
  readonly calls: readonly string[];
  readonly style: number;
}

/** Where an input comes from. */
export type Source = { readonly node: number } | { readonly constant: number; readonly type: ValueType } | { readonly parameter: number };

/** A task's place in the flow. */
export interface FlowNode {
  readonly name: string;
  readonly task: string;
  readonly sources: readonly Source[];
  /** The task is mapped over its first input, the others are whole. */
  readonly mapped: boolean;
  /** Nodes that must be done before, without giving an input. */
  readonly follows: readonly number[];
}

export interface Program {
  readonly definitions: readonly Definition[];
  readonly tasks: readonly TaskDefinition[];
  readonly nodes: readonly FlowNode[];
  /** Values of the flow's parameters in the next run. */
  readonly parameters: readonly number[];
  readonly flowName: string;
}

export const PARAMETERS = 2;

export function useIn(program: Program): UseOf {
  return (name, n) => {
    const definition = program.definitions.find((one) => one.name === name);
    if (definition === undefined) throw new Error(`no definition ${name}`);
    return kindOf(definition.kind).use(name, n);
  };
}

/** Names of the cells in order; each is called by what it defines. */
export function cellNames(program: Program): string[] {
  return [...program.definitions, ...program.tasks].map(({ name }) => name).concat(program.flowName);
}

/** Text of one cell. */
export function cellText(program: Program, name: string): string {
  const definition = program.definitions.find((one) => one.name === name);
  if (definition !== undefined) return definitionCell(definition, useIn(program));
  const task = program.tasks.find((one) => one.name === name);
  return task === undefined ? flowCell(program) : taskCell(program, task);
}

const READ: Record<ValueType, (x: string) => string> = {
  number: (x) => x, list: (x) => `${x}.reduce((sum, item) => (sum * 3 + item) % ${MODULUS}, 1)`, record: (x) => `(${x}.a + ${x}.list.length + ${x}.table.get("x"))`, nothing: () => "0",
};

/** What a task returns, by the forms that its second number chooses from: some bring different totals to equal results. */
const FORMS: Record<ValueType, readonly string[]> = {
  number: ["total", "total % 3", "total % 2 === 0 ? 1 : 2", "total + 0"],
  list: [`Array.from({ length: 2 + total % 3 }, (_, index) => (total * (index + 1)) % 5)`, `[total % 2, total % 3, 7]`, `[total % ${MODULUS}, 1]`],
  record: [`({ a: total % 7, list: [total % 2, total], at: new Date(total), table: new Map([["x", total % 5]]) })`, `({ a: total, list: [undefined, -0], table: new Map([["x", 1]]) })`],
  nothing: ["undefined"],
};

/** The form that a task's result has. */
export const formOf = ({ output, params }: TaskDefinition): number => params[1] % FORMS[output].length;

function taskCell(program: Program, task: TaskDefinition): string {
  const { name, isClass, params, inputs, output, calls } = task;
  const { n, local, type, note } = styleOf(task.style);
  const use = useIn(program);
  const isAsync = calls.some((called) => kindOf(program.definitions.find((one) => one.name === called)!.kind).isAsync === true);
  const names = inputs.map((_, index) => `${n}${index}`);
  const read = inputs.map((kind, index) => ` + ${READ[kind](names[index])} * ${index + 1}`).join("");
  const body = (by: string) => [
    `  display("${name}");`, ...(note === "" ? [] : [note.trimEnd()]), `  const ${local}${type} = (${params[0]} + ${by}${read}) % ${MODULUS};`,
    `  const total = (${local}${calls.map((called) => ` + ${use(called, local)}`).join("")}) % ${MODULUS};`, `  return ${FORMS[output][formOf(task)]};`,
  ].join("\n");
  if (!isClass) return `const ${name} = task(${isAsync ? "async " : ""}(${[...names.map((one) => `${one}${type === "" ? "" : ": any"}`), `by = ${params[2]}`].join(", ")}) => {\n${body("by")}\n});`;
  return `class ${name}Class extends Task {\n  constructor(by) { super(); this.by = by; }\n  ${isAsync ? "async " : ""}run(${names.join(", ")}) {\n${body("this.by")}\n  }\n}\nconst ${name} = new ${name}Class(${params[2]});`;
}

const CONSTANTS: Record<ValueType, (value: number) => string> = { number: (value) => `${value}`, list: (value) => `[1, ${value}, 1]`, record: (value) => `{ a: ${value}, list: [${value}], table: new Map([["x", 2]]) }`, nothing: () => "undefined" };

/** The value of a constant that the flow's cell gives to a task. */
export function constantValue(type: ValueType, value: number): unknown {
  return type === "list" ? [1, value, 1] : type === "record" ? { a: value, list: [value], table: new Map([["x", 2]]) } : value;
}

function flowCell({ nodes, flowName }: Program): string {
  const parameters = new Set(nodes.flatMap(({ sources }) => sources.map((source) => ("parameter" in source ? source.parameter : -1)).filter((index) => index !== -1)));
  const text = (source: Source) => ("node" in source ? nodes[source.node].name : "parameter" in source ? `p${source.parameter}` : CONSTANTS[source.type](source.constant));
  const lines = nodes.map(({ name, task, sources, mapped, follows }) => {
    const upstream = follows.map((index) => (mapped ? `unmapped(${nodes[index].name})` : nodes[index].name)).join(", ");
    const inputs = sources.map((source, index) => (mapped && index > 0 ? `unmapped(${text(source)})` : text(source))).join(", ");
    if (mapped) return `  const ${name} = ${task}.mapWith({ upstreamTasks: [${upstream}] }, ${inputs});`;
    return `  const ${name} = ${task}${upstream === "" ? "" : `.with({ upstreamTasks: [${upstream}] })`}(${inputs});`;
  });
  return [
    `const ${flowName} = new Flow("${flowName}");`, `const ${flowName}Nodes = ${flowName}.build(() => {`, ...[...parameters].sort().map((index) => `  const p${index} = new Parameter("p${index}");`),
    ...lines, `  return { ${nodes.map(({ name }) => name).join(", ")} };`, "});",
  ].join("\n");
}

/** Names of the flow's parameters. */
export function parametersOf({ nodes, parameters }: Program): Record<string, number> {
  const used = nodes.flatMap(({ sources }) => sources.map((source) => ("parameter" in source ? source.parameter : -1))).filter((index) => index !== -1);
  return Object.fromEntries(used.map((index) => [`p${index}`, parameters[index]]));
}
