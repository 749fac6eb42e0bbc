/** Steps that build flows, each through the engine's own names. */
import {
  FilterTask, Flow, Parameter, ResourceManager, applyMap, caseOf, ifElse, isTask, merge, switchOn, withTags, type Task,
} from "../../engine/index.ts";
import { argumentRecord, argumentValue } from "./arguments.ts";
import { BehaviourTask, behave } from "./behaviours.ts";
import { taskOptions } from "./options.ts";
import type { Argument, Step } from "./scenario.ts";
import type { Session } from "./session.ts";
import { truncated } from "./values.ts";

const make = (session: Session, { id, fn, with: config, options }: Step) => session.name(id, new BehaviourTask(session, fn, config, taskOptions(session, options, id)));

const values = (session: Session, given: readonly Argument[] | undefined) => given?.map((one) => argumentValue(session, one));

/** A task for a step that names one, or null. */
const branch = (session: Session, given: unknown) => (given === null || given === undefined ? null : typeof given === "string" ? session.referred(given) : argumentValue(session, given as Argument));

/** A value that may also be a task: the language refuses it, so it must get there. */
const caseValue = (session: Session, given: any) => (typeof given === "object" && given !== null && !Array.isArray(given) && ("ref" in given || "const" in given) ? argumentValue(session, given) : given);

const OPERATORS: Readonly<Record<string, string>> = {
  "+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floorDiv", "%": "mod", "**": "pow", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte",
  equal: "isEqual", notEqual: "isNotEqual", and: "and", or: "or", not: "not",
};
/** A comparison with a constant on its left is that of the task with the constant, turned round. */
const TURNED: Readonly<Record<string, string>> = { ">": "<", ">=": "<=", "<": ">", "<=": ">=" };

function operate(session: Session, { id, operator, left, right }: Step): void {
  const a = argumentValue(session, left);
  const b = right === undefined ? undefined : argumentValue(session, right);
  const { flow } = session;
  if (operator === "depend") return void (b as Task).setUpstream(a, { flow });
  if (operator === "getitem") return void session.name(id, flow.getItem(a as Task, b));
  if (!isTask(a) && operator in TURNED) return void session.name(id, flow.operate(OPERATORS[TURNED[operator]] as never, b, a));
  if (!(operator in OPERATORS)) throw new Error(`Unknown operator: ${operator}.`);
  session.name(id, flow.operate(OPERATORS[operator] as never, a, b));
}

function unpack(session: Session, { of, ids }: Step): void {
  const parts = (argumentValue(session, of) as Iterable<Task>)[Symbol.iterator]();
  for (const id of ids as readonly string[]) {
    const { value, done } = parts.next();
    if (done === true) throw new Error(`There are fewer parts than names: ${ids.join(", ")}.`);
    session.name(id, value as Task);
  }
}

function resource(session: Session, { id, args, init, setup, cleanup, body, name, initOptions, setupOptions, cleanupOptions }: Step): void {
  const inputs = argumentRecord(session, args);
  const names = Object.keys(inputs);
  const run = (part: string, given: { readonly fn: string; readonly with?: any } | undefined, fallback: unknown, values: Record<string, unknown>) =>
    behave(session, part, given?.fn ?? "const", given === undefined ? { value: fallback } : (given.with ?? {}), values);
  const manager = new ResourceManager({
    names, hasSetup: setup !== null,
    make: async (...given: unknown[]) => {
      const values = Object.fromEntries(names.map((key, index) => [key, given[index]]));
      await run(`${id}.init`, init, null, values);
      return {
        ...(setup === null ? {} : { setup: () => run(id, setup, "handle", values) }),
        cleanup: (handle: unknown) => run(`${id}.cleanup`, cleanup, null, { x: handle }),
      };
    },
  }, { name: name ?? id, init: taskOptions(session, initOptions), setup: taskOptions(session, setupOptions), cleanup: taskOptions(session, cleanupOptions) });
  const block = manager.open(names.map((key) => inputs[key]) as never, session.flow);
  session.name(`${id}.init`, block.init);
  if (block.setup !== null) session.name(id, block.setup);
  session.name(`${id}.cleanup`, block.cleanup);
  try {
    runSteps(session, body ?? []);
  } finally {
    block[Symbol.dispose]();
  }
}

const PREDICATES: Readonly<Record<string, (element: any) => boolean>> = { is_even: (element) => truncated(element, 2) === 0 };

const STEPS: Readonly<Record<string, (session: Session, step: Step) => void>> = {
  task(session, step) {
    const task = make(session, step);
    const { flow } = session;
    flow.addTask(task);
    flow.setDependencies(task, { upstreamTasks: values(session, step.upstream), keywordTasks: argumentRecord(session, step.args), mapped: step.map === true });
  },
  define(session, step) { make(session, step); },
  call(session, { id, of, args, upstream, taskArgs }) {
    const copy = session.task(of).copy(taskArgs === undefined ? undefined : (taskOptions(session, taskArgs) as never));
    session.name(id, copy as Task);
    session.flow.setDependencies(copy as Task, { upstreamTasks: values(session, upstream), keywordTasks: argumentRecord(session, args) });
  },
  parameter(session, { id, name, required, add, ...given }) {
    const parameter = new Parameter(name ?? id, { ...("default" in given ? { default: given.default } : {}), ...(required === undefined ? {} : { required }) });
    session.name(id, parameter);
    if (add !== false) session.flow.addTask(parameter);
  },
  edge(session, { from, to, key, mapped, flattened, validate }) {
    session.flow.addEdge(argumentValue(session, from), session.task(to), { key: key ?? null, mapped, flattened, validate });
  },
  setUpstream(session, { task, upstream, key, mapped }) { session.task(task).setUpstream(argumentValue(session, upstream), { flow: session.flow, key, mapped }); },
  setDownstream(session, { task, downstream, key, mapped }) { session.task(task).setDownstream(session.task(downstream), { flow: session.flow, key, mapped }); },
  setDependencies(session, { task, upstream, downstream, args, mapped }) {
    session.flow.setDependencies(session.task(task), {
      upstreamTasks: values(session, upstream), downstreamTasks: (downstream as readonly string[] | undefined)?.map((id) => session.task(id)), keywordTasks: argumentRecord(session, args), mapped,
    });
  },
  chain(session, { tasks }) { session.flow.chain(...(tasks as readonly string[]).map((id) => session.task(id))); },
  addTask(session, { task }) { session.flow.addTask(session.task(task)); },
  setReferenceTasks(session, { tasks }) { session.flow.setReferenceTasks((tasks as readonly string[]).map((id) => session.task(id))); },
  replace(session, { old, new: replacement }) { session.flow.replace(session.task(old), argumentValue(session, replacement)); },
  operator: operate,
  unpack,
  case(session, { on, value, body }) { caseOf(argumentValue(session, on), caseValue(session, value), () => runSteps(session, body)); },
  switch(session, { condition, cases, mapped }) {
    const pairs = (cases as readonly [unknown, Argument][]).map(([value, task]) => [value, argumentValue(session, task)] as const);
    switchOn(argumentValue(session, condition), pairs, { mapped });
  },
  ifelse(session, { condition, then, else: otherwise, mapped }) { ifElse(argumentValue(session, condition), branch(session, then), branch(session, otherwise), { mapped }); },
  merge(session, { id, tasks, mapped, options }) { session.name(id, merge(values(session, tasks) ?? [], { mapped, task: taskOptions(session, options, id) })); },
  filter(session, { id, input, predicate, options }) {
    const task = new FilterTask({ ...taskOptions(session, options, id), ...(predicate === undefined || predicate === null ? {} : { filter: PREDICATES[predicate.fn as string] }) });
    session.name(id, task);
    session.flow.setDependencies(task, { keywordTasks: { task_results: argumentValue(session, input) } });
  },
  resource,
  tags(session, { tags, body }) { withTags(tags, () => runSteps(session, body)); },
  applyMap(session, { inputs, body }) {
    const given = argumentRecord(session, inputs);
    const names = Object.keys(given);
    applyMap((...tasks: unknown[]) => {
      session.scoped(new Map(names.map((name, index) => [name, tasks[index]])), () => runSteps(session, body));
    }, ...names.map((name) => given[name]));
  },
  flow(session, { id, body }) {
    const flow = new Flow(id);
    session.flows.set(id, flow);
    flow.build(() => runSteps(session, body ?? []));
  },
  copyFlow(session, { id, of }) { session.flows.set(id, session.flowOf(of).copy()); },
  in(session, { flow, body }) { session.flowOf(flow).build(() => runSteps(session, body)); },
  update(session, { flow, mergeParameters, mergeReferenceTasks }) { session.flow.update(session.flowOf(flow), { mergeParameters, mergeReferenceTasks }); },
};

/** @throws what the engine throws, and Error for a step that is unknown */
export function runStep(session: Session, step: Step): void {
  const run = STEPS[step.op];
  if (run === undefined) throw new Error(`Unknown step: ${step.op}.`);
  run(session, step);
}

/** Steps of a block; one that may throw does not end it. */
function runSteps(session: Session, steps: readonly Step[]): void {
  for (const step of steps) {
    try {
      runStep(session, step);
    } catch (error) {
      if (step.try !== true) throw error;
    }
  }
}
