/** Which task runs an incremental run must make and which it must not, told from the model and from what was kept before. */
import type { Bindings, Blindness } from "./bindings.ts";
import { constantValue, type FlowNode, type Program } from "./program.ts";

/** One run of a task's function, or its hit: a node, or one child of a mapped one. */
export interface Unit {
  readonly node: FlowNode;
  /** Index of a mapped child. */
  readonly index: number | null;
  readonly ran: boolean;
  readonly value: unknown;
  readonly reason: string | undefined;
}

/** What a unit's key is made of, once by structure alone and once with what is shared; null: there is none, it must run. */
export interface ModelKey { readonly equal: string; readonly same: string }

/** Text of a value that generated tasks give. */
export function valueText(value: unknown): string {
  if (value === undefined) return "undefined";
  if (Object.is(value, -0)) return "-0";
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (value instanceof Map) return `Map ${valueText([...value])}`;
  if (Array.isArray(value)) return `[${value.map(valueText).join(",")}]`;
  if (typeof value === "object" && value !== null) return `{${Object.entries(value).map(([key, field]) => `${key}:${valueText(field)}`).join(",")}}`;
  return String(value);
}

/** Text of a task's code in the model, for both kinds of keys. */
export function codeTexts(bindings: Bindings, task: string, blind?: Blindness): ModelKey {
  const binding = bindings.get(task);
  return { equal: bindings.identity(binding, { blind }), same: bindings.identity(binding, { shared: true, blind }) };
}

/** What is kept, as the model has it. */
export class ModelCache {
  readonly #equal = new Set<string>();
  readonly #same = new Set<string>();
  readonly #keyOf = new WeakMap<object, string>();

  /**
   * Compares a run with what had to happen, and keeps what it kept.
   * @param units of all nodes in the flow's order @param bound task that each node has in the flow, by the bindings of when the flow's cell ran
   * @returns what is wrong, in words
   */
  check(program: Program, parameters: Readonly<Record<string, number>>, units: readonly Unit[], codeOf: (node: FlowNode) => ModelKey, isUnknown: (node: FlowNode) => boolean): string[] {
    const wrong: string[] = [];
    const byNode = Map.groupBy(units, ({ node }) => node.name);
    const keys = new Map<string, ModelKey | null>();
    const groups = new Map<string, { readonly unit: Unit; readonly kept: boolean }[]>();
    const kept: ModelKey[] = [];
    for (const node of program.nodes) {
      const own = byNode.get(node.name) ?? [];
      const code = codeOf(node);
      const unknown = isUnknown(node);
      const upstream = node.follows.map((index) => keys.get(program.nodes[index].name) ?? null);
      const ownKeys: (ModelKey | null)[] = [];
      for (const unit of own) {
        const title = `${node.task} (${node.name}${unit.index === null ? "" : `[${unit.index}]`})`;
        const acts = unit.value === undefined;
        if (unknown && unit.reason?.startsWith("unknown") !== true) wrong.push(`${title} can not be judged, and does not say so: ${unit.reason}`);
        if (unknown || acts || upstream.includes(null)) {
          if (!unit.ran) wrong.push(`${title} must run every time, and was kept`);
          ownKeys.push(null);
          continue;
        }
        const rest = [...inputTexts(program, node, unit, byNode, parameters)];
        const key: ModelKey = {
          equal: [code.equal, ...rest, ...upstream.map((one) => `^${one!.equal}`)].join("|"), same: [code.same, ...rest, ...upstream.map((one) => `^${one!.same}`)].join("|"),
        };
        ownKeys.push(key);
        kept.push(key);
        if (typeof unit.value === "object" && unit.value !== null) this.#keyOf.set(unit.value, key.same);
        if (this.#same.has(key.same) && unit.ran) wrong.push(`${title} ran though nothing that matters to it changed (${unit.reason})`);
        let group = groups.get(key.equal);
        if (group === undefined) groups.set(key.equal, (group = []));
        group.push({ unit, kept: this.#equal.has(key.equal) });
      }
      keys.set(node.name, ownKeys.includes(null) || (ownKeys.length === 0 && !node.mapped) ? null : { equal: ownKeys.map((key) => key!.equal).join("\n"), same: ownKeys.map((key) => key!.same).join("\n") });
    }
    for (const group of groups.values()) {
      if (!group[0].kept && !group.some(({ unit }) => unit.ran)) wrong.push(`${group.map(({ unit }) => `${unit.node.task} (${unit.node.name})`).join(", ")}: kept, though what it depends on changed`);
    }
    for (const key of kept) { this.#equal.add(key.equal); this.#same.add(key.same); }
    return wrong;
  }

  /** Somebody has changed a value: where it is the kept one, its task runs again. */
  changed(value: object): void {
    const key = this.#keyOf.get(value);
    if (key !== undefined) this.#same.delete(key);
  }
}

/** The inputs of a unit as texts. */
export function* inputTexts(program: Program, node: FlowNode, unit: Pick<Unit, "index">, byNode: ReadonlyMap<string, readonly Unit[]>, parameters: Readonly<Record<string, number>>): Iterable<string> {
  for (const [position, source] of node.sources.entries()) {
    if ("constant" in source) yield valueText(constantValue(source.type, source.constant));
    else if ("parameter" in source) yield valueText(parameters[`p${source.parameter}`]);
    else {
      const given = program.nodes[source.node];
      const values = (byNode.get(given.name) ?? []).map(({ value }) => value);
      const whole = given.mapped ? values : values[0];
      yield valueText(node.mapped && position === 0 ? (whole as unknown[])[unit.index as number] : whole);
    }
  }
}
