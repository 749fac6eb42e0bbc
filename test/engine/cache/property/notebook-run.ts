/** Runs a generated notebook in the realm, edit by edit, and checks each run: the value of every task, and which tasks ran. */
import { isDeepStrictEqual } from "node:util";
import { ResultCache, knownValue, withHost, type RunHost } from "../../../../engine/embedding.ts";
import type { Flow, State, Task } from "../../../../engine/index.ts";
import type { NotebookCase, RawEdit } from "./arbitrary-notebook.ts";
import { nextStyle } from "./arbitrary-notebook.ts";
import { Bindings, type Binding } from "./bindings.ts";
import { kindOf } from "./definition-kinds.ts";
import { ModelCache, valueText, type ModelKey, type Unit } from "./expectation.ts";
import { cellNames, cellText, parametersOf, type FlowNode, type Program } from "./program.ts";
import type { Realm } from "./realm.ts";

/** What a run of the engine is done with instead of the engine's own: for mutants. */
export interface EngineUnderTest {
  readonly cache?: () => ResultCache;
  /** Wraps each incremental run. @param codeOf what the model says of a task's code */
  readonly run?: <T>(notebook: NotebookRun, body: () => Promise<T>) => Promise<T>;
}

/** What was exercised, over all cases: a generator that has stopped making something must not go unnoticed. */
export class Tally {
  readonly #counts = new Map<string, number>();
  count(what: string): void { this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1); }
  of(what: string): number { return this.#counts.get(what) ?? 0; }
  toString(): string { return [...this.#counts].sort().map(([what, count]) => `${what}: ${count}`).join(", "); }
}

let cases = 0;

/** Names of one case do not collide with those of another: `d3` is `d3_17` in the realm. */
const NAME = /\b([dt]\d+(?:Class)?|flow(?:Nodes)?)\b/g;

export class NotebookRun {
  program: Program;
  readonly bindings = new Bindings();
  readonly model = new ModelCache();
  /** Tasks as the flow has them since its cell ran last. */
  readonly inFlow = new Map<string, Binding>();
  readonly #realm: Realm;
  readonly #engine: EngineUnderTest;
  readonly #cache: ResultCache;
  readonly #number = ++cases;
  readonly #log: string[] = [];
  readonly #nodes = new Map<Task, string>();
  readonly tally: Tally;
  #runs = 0;
  #flow: Flow | null = null;
  #last: readonly Unit[] = [];

  constructor(realm: Realm, { program }: NotebookCase, engine: EngineUnderTest = {}, tally = new Tally()) {
    this.#realm = realm;
    this.#engine = engine;
    this.#cache = engine.cache?.() ?? new ResultCache({ known: knownValue });
    this.program = { ...program, flowName: "flow" };
    this.tally = tally;
  }

  /**
   * Runs all cells, the flow twice, and the flow after each edit and undo.
   * @param seen called after each run with what happened before it, and what ran though it neither acts nor follows what does
   * @throws Error with the cells, where a property does not hold
   */
  async check(edits: readonly RawEdit[], seen: (stage: "first" | "again" | "edit" | "undo", ran: readonly Unit[]) => void = () => {}): Promise<void> {
    const run = async (stage: Parameters<typeof seen>[0]) => {
      await this.run();
      seen(stage, this.#last.filter(({ ran, value, node }) => ran && value !== undefined && node.follows.length === 0 && !this.#isUnknown(node)));
    };
    try {
      for (const name of cellNames(this.program)) await this.runCell(name);
      await run("first");
      await run("again");
      for (const edit of edits) {
        const undo = await this.#apply(edit);
        if (undo === null) continue;
        this.tally.count(`edit: ${edit.kind}`);
        await run("edit");
        if (!edit.undone) continue;
        await undo();
        this.tally.count("undo");
        await run("undo");
      }
    } finally {
      await this.#realm.cell([...cellNames(this.program), "flowNodes"].map((name) => this.#named(`${name} = undefined;`)).join(" "));
    }
  }

  #named(text: string): string { return text.replace(NAME, (name) => `${name}_${this.#number}`); }

  async #evaluate(text: string): Promise<unknown> {
    try {
      return await this.#realm.cell(this.#named(text));
    } catch (error) {
      throw this.#failure([`the cell could not be run: ${String(error)}`]);
    }
  }

  async runCell(name: string): Promise<void> {
    const text = cellText(this.program, name);
    this.#log.push(text);
    await this.#evaluate(text);
    this.bindings.run(this.program, name);
    if (name !== this.program.flowName) return;
    this.#flow = (await this.#evaluate(name)) as Flow;
    this.inFlow.clear();
    for (const { name: task } of this.program.tasks) this.inFlow.set(task, this.bindings.get(task));
    this.#nodes.clear();
    for (const [node, task] of Object.entries((await this.#evaluate(`${name}Nodes`)) as Record<string, Task>)) this.#nodes.set(task, node);
  }

  /** Another cell that changes something. */
  async #otherCell(text: string): Promise<void> {
    this.#log.push(text);
    await this.#evaluate(text);
  }

  /** Cells that took a value from the named one when they ran, with it, in order. */
  #following(name: string): string[] {
    const { program } = this;
    const names = new Set([name]);
    for (const definition of program.definitions) if (definition.takes !== null && names.has(definition.takes)) names.add(definition.name);
    if (program.tasks.some((task) => task.name === name)) names.add(program.flowName);
    return cellNames(program).filter((one) => names.has(one));
  }

  async #rerun(name: string, following: boolean): Promise<void> {
    for (const one of following ? this.#following(name) : [name]) await this.runCell(one);
  }

  async #edit(change: (program: Program) => Program, name: string, following: boolean): Promise<() => Promise<void>> {
    const before = this.program;
    this.program = change(before);
    await this.#rerun(name, following);
    return async () => {
      this.program = before;
      await this.#rerun(name, following);
    };
  }

  /** @returns what undoes it, or null where there is nothing to edit in this way */
  async #apply({ kind, target, part, value, following }: RawEdit): Promise<(() => Promise<void>) | null> {
    const { program } = this;
    const definition = program.definitions[target % program.definitions.length];
    const task = program.tasks[target % program.tasks.length];
    const edited = (params: readonly number[]) => {
      const at = part % params.length;
      return params.with(at, params[at] === value ? (value + 1) % 7 : value);
    };
    switch (kind) {
      case "definition":
        this.tally.count(`definition: ${definition.kind}`);
        return await this.#edit((now) => ({ ...now, definitions: now.definitions.map((one) => (one === definition ? { ...one, params: edited(one.params) } : one)) }), definition.name, following);
      case "mutation": {
        const mutable = program.definitions.filter((one) => kindOf(one.kind).mutations !== undefined);
        const classes = program.tasks.filter(({ isClass }) => isClass);
        if (mutable.length + classes.length === 0) return null;
        const index = target % (mutable.length + classes.length);
        return await (index < mutable.length ? this.#mutate(mutable[index].name, kindOf(mutable[index].kind).mutations!, part, value) : this.#mutate(classes[index - mutable.length].name, [{ param: 2, statement: (name, by) => `${name}.by = ${by};` }], 0, value));
      }
      case "task":
        return await this.#edit((now) => ({ ...now, tasks: now.tasks.map((one) => (one === task ? { ...one, params: edited(one.params) } : one)) }), task.name, following);
      case "calls": {
        const other = program.definitions[part % program.definitions.length].name;
        if (task.calls.includes(other)) return null;
        return await this.#edit((now) => ({ ...now, tasks: now.tasks.map((one) => (one === task ? { ...one, calls: one.calls.with(value % one.calls.length, other) } : one)) }), task.name, true);
      }
      case "style": {
        const isTask = part % 2 === 0;
        const name = isTask ? task.name : definition.name;
        const restyle = <T extends { readonly name: string; readonly style: number }>(list: readonly T[]) => list.map((one) => (one.name === name ? { ...one, style: nextStyle(one.style, value) } : one));
        return await this.#edit((now) => ({ ...now, tasks: restyle(now.tasks), definitions: restyle(now.definitions) }), name, true);
      }
      case "parameter": {
        if (Object.keys(parametersOf(program)).length === 0) return null;
        const before = program.parameters;
        this.program = { ...program, parameters: before.with(part % before.length, value) };
        return async () => { this.program = { ...this.program, parameters: before }; };
      }
      case "constant": {
        const nodes = program.nodes.filter(({ sources }) => sources.some((source) => "constant" in source));
        if (nodes.length === 0) return null;
        const node = nodes[target % nodes.length];
        const sources = node.sources.map((source) => ("constant" in source ? { ...source, constant: value } : source));
        return await this.#edit((now) => ({ ...now, nodes: now.nodes.map((one) => (one === node ? { ...one, sources } : one)) }), program.flowName, true);
      }
      case "kept value": return await this.#changeKept(target, value);
      case "again": {
        const names = cellNames(program);
        return await this.#edit((now) => now, names[target % names.length], true);
      }
    }
  }

  async #mutate(name: string, mutations: readonly { readonly param: number; statement(name: string, value: number, before: readonly number[]): string }[], part: number, value: number): Promise<() => Promise<void>> {
    const { param, statement } = mutations[part % mutations.length];
    const binding = this.bindings.get(name);
    this.tally.count(`mutation: ${binding.kind}`);
    const assign = async (next: number) => {
      await this.#otherCell(statement(name, next, binding.now));
      binding.now[param] = next;
    };
    const before = binding.now[param];
    await assign(value === before ? (value + 1) % 7 : value);
    return () => assign(before);
  }

  /** A cell changes a value that a task has given. */
  async #changeKept(target: number, value: number): Promise<(() => Promise<void>) | null> {
    const lists = this.#last.filter((unit) => Array.isArray(unit.value));
    if (lists.length === 0) return null;
    const { node, value: list } = lists[target % lists.length] as { readonly node: FlowNode; readonly value: number[] };
    this.#log.push(`the result of ${node.name}.push(${value})`);
    list.push(value);
    this.model.changed(list);
    return async () => {};
  }

  /** Runs the flow with what is kept, and once more from nothing. */
  async run(): Promise<void> {
    const { program } = this;
    const flow = this.#flow as Flow;
    const parameters = parametersOf(program);
    const reasons = new Map<string, string | undefined>();
    const host: RunHost & { readonly onLog: () => void } = {
      cache: this.#cache, onLog: () => {},
      observer: { taskRunChanged: (_, run, state) => { if (state.isFinished()) reasons.set(`${this.#nodes.get(run.node.task)} ${run.mapIndex}`, run.reason); } },
    };
    // Not before each run: whoever never plans is to get the same.
    const plan = this.#engine.run === undefined && ++this.#runs % 2 === 0 ? withHost(host, () => flow.plan(parameters)) : null;
    const around = this.#engine.run ?? ((_, body) => body());
    this.#realm.shown();
    const state = await around(this, () => withHost(host, () => flow.run(parameters)));
    const shown = this.#realm.shown();
    this.#last = this.#unitsOf(state, reasons);
    const ran = this.#last.filter((unit) => unit.ran);
    this.#log.push(`await flow.run(${JSON.stringify(parameters)}) → ran: ${ran.map(({ node, index }) => `${node.task} (${node.name}${index === null ? "" : `[${index}]`})`).join(", ") || "nothing"}`);
    this.tally.count("run");
    for (const unit of this.#last) this.tally.count(`${unit.index === null ? "task" : "child"} ${unit.ran ? "ran" : "kept"}`);
    const fromNothing = await withHost({ onLog: () => {} } as RunHost, () => flow.run(parameters, { cache: false }));
    const expected = this.#unitsOf(fromNothing, new Map());
    const wrong: string[] = [];
    if (state.type !== "Success") wrong.push(`the flow ended ${state.type}: ${state.message}`);
    for (const [index, { node, value, index: child }] of expected.entries()) {
      const got = this.#last[index];
      if (!isDeepStrictEqual(got?.value, value)) wrong.push(`${node.task} (${node.name}${child === null ? "" : `[${child}]`}) is stale: ${valueText(got?.value)}, from nothing ${valueText(value)}`);
    }
    if (wrong.length === 0 && !isDeepStrictEqual(shown, ran.map(({ node }) => node.task).sort().map((name) => this.#shownAs(name)))) wrong.push(`functions called: ${shown.join(", ")}; states say: ${ran.map(({ node }) => node.task).join(", ")}`);
    for (const [task, name] of plan === null ? [] : this.#nodes) {
      const { verdict, reason } = plan!.get(task);
      const units = this.#last.filter(({ node }) => node.name === name);
      if (verdict === "fresh" && units.some((unit) => unit.ran)) wrong.push(`${name} was planned as fresh, and ran (${units[0].reason})`);
      if (verdict === "unknown" && !units.every((unit) => unit.ran)) wrong.push(`${name} was planned as unknown (${reason}), and was kept`);
    }
    if (wrong.length === 0) wrong.push(...this.model.check(program, parameters, this.#last, (node) => this.codeOf(node), (node) => this.#isUnknown(node)));
    if (wrong.length > 0) throw this.#failure(wrong);
  }

  #shownAs(task: string): string { return this.#named(task); }

  /** Code of the task that a node has in the flow, in the model. */
  codeOf(node: FlowNode): ModelKey {
    const binding = this.inFlow.get(node.task) as Binding;
    return { equal: this.bindings.identity(binding), same: this.bindings.identity(binding, { shared: true }) };
  }

  /** The node that a task of the flow is. */
  nodeOf(task: Task): FlowNode | undefined {
    const name = this.#nodes.get(task);
    return this.program.nodes.find((node) => node.name === name);
  }

  #isUnknown(node: FlowNode): boolean {
    return [...this.bindings.reached(this.inFlow.get(node.task) as Binding)].some(({ isUnknown }) => isUnknown);
  }

  #unitsOf(state: State, reasons: ReadonlyMap<string, string | undefined>): Unit[] {
    const units: Unit[] = [];
    const states = new Map([...(state.result as Iterable<[Task, State]>)].map(([task, one]) => [this.#nodes.get(task), one]));
    for (const node of this.program.nodes) {
      const own = states.get(node.name) as State;
      const children = (own as unknown as { readonly mapStates?: readonly State[] }).mapStates;
      const list = own.isMapped() && children !== undefined ? children.map((child, index) => [child, index] as const) : [[own, null] as const];
      for (const [one, index] of list) units.push({ node, index, ran: one.type === "Success", value: one.result, reason: reasons.get(`${node.name} ${index}`) });
    }
    return units;
  }

  #failure(wrong: readonly string[]): Error {
    const cells = this.#log.map((text, index) => `[${index + 1}] ${text.replace(/\n/g, "\n    ")}`).join("\n");
    const error = new Error(`${wrong.join("\n")}\n\nThe cells, in the order in which they ran:\n${cells}\n`);
    error.stack = undefined;
    return error;
  }
}
