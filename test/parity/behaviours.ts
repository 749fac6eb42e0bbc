/** What tasks of scenarios do. */
import { LOOP, Task, context, type TaskOptions } from "../../engine/index.ts";
import { errorClass, makeSignal, type SignalFields } from "./errors.ts";
import type { Session } from "./session.ts";
import { addValues, isError, lengthOf, listOf, number, same, text, truncated } from "./values.ts";

/** What a call of a behaviour sees. */
interface Call {
  /** Inputs by name. */
  readonly inputs: Readonly<Record<string, any>>;
  /** Static configuration. */
  readonly config: Readonly<Record<string, any>>;
  readonly x: any;
  readonly y: any;
  /** Which call this is, of this task and child: in the run (in the scenario if `perScenario`), from 1. */
  readonly nth: number;
  readonly nthInScenario: number;
}

type Behaviour = (call: Call) => unknown;

/** The configured value, or else the input x. */
const valueOrX = ({ config, x }: Call) => ("value" in config ? config.value : x);

/** Raises the configured signal, on the first `times` calls if that is told. */
function raise({ config, nth }: Call): void {
  if (config.times === undefined || nth <= config.times) throw makeSignal(config as unknown as SignalFields);
}

/** Names of run-context entries in scenarios; others are the user's and keep theirs. */
const CONTEXT_NAMES: Readonly<Record<string, string>> = {
  task_name: "taskName", task_full_name: "taskFullName", task_slug: "taskSlug", task_tags: "taskTags", flow_name: "flowName", task_run_count: "taskRunCount",
  task_run_name: "taskRunName", map_index: "mapIndex", parameters: "parameters", task_loop_count: "taskLoopCount", task_loop_result: "taskLoopResult",
};

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  const: ({ config }) => config.value,
  none: () => null,
  identity: ({ x }) => x,
  record_args: ({ inputs }) => ({ ...inputs }),
  inc: ({ x }) => number(x) + 1,
  add: ({ x, y }) => addValues(x, y),
  sub: ({ x, y }) => number(x) - number(y),
  mul: ({ x, y }) => number(x) * number(y),
  divide: ({ x, y }) => {
    if (number(y) === 0) throw new (errorClass())("division by zero");
    return number(x) / y;
  },
  concat: ({ x, y }) => text(x) + text(y),
  pair: ({ x, y }) => [x, y],
  list_of: ({ config, x }) => Array.from({ length: number(config.n ?? x) }, (_, i) => i),
  repeat: ({ config, x }) => Array.from({ length: config.times }, () => x),
  wrap: ({ x }) => [x],
  sum_list: ({ x }) => listOf(x).reduce((sum: number, element) => sum + number(element), 0),
  length: ({ x }) => lengthOf(x),
  is_even: ({ x }) => truncated(number(x), 2) === 0,
  greater_than: ({ config, x }) => number(x) > config.than,
  fail: ({ config }) => { throw new (errorClass(config.error))(config.message ?? "boom"); },
  fail_times: (call) => {
    const { config, nth } = call;
    if (nth <= config.times) throw new (errorClass(config.error))(config.message ?? `attempt ${nth}`);
    return valueOrX(call);
  },
  fail_if_equals: ({ config, x }) => {
    if (same(x, config.bad)) throw new (errorClass(config.error))(config.message ?? `bad value: ${text(x)}`);
    return x;
  },
  raise_if_odd: ({ x }) => {
    if (truncated(number(x), 2) !== 0) throw new (errorClass())(`odd: ${x}`);
    return x;
  },
  skip_if_odd: ({ x }) => {
    if (truncated(number(x), 2) !== 0) throw makeSignal({ signal: "SKIP", message: `odd: ${x}` });
    return x;
  },
  skip_if_equals: ({ config, x }) => {
    if (same(x, config.bad)) throw makeSignal({ signal: "SKIP", message: `skipped value: ${text(x)}` });
    return x;
  },
  signal_if_equals: (call) => {
    if (same(call.x, call.config.bad)) raise(call);
    return call.x;
  },
  raise_signal: (call) => {
    raise(call);
    return valueOrX(call);
  },
  loop_until: ({ config, x }) => {
    const current = number(loopResult() ?? x ?? config.from ?? 0);
    if (current >= config.until) return current;
    throw new LOOP(config.message ?? "", { result: current + (config.step ?? 1) });
  },
  loop_times: ({ config }) => {
    const n = context.taskLoopCount ?? 1;
    if (n >= config.times) return n;
    throw new LOOP(`iteration ${n}`, config.noResult === true ? {} : { result: n });
  },
  loop_collect: ({ config }) => {
    const at = [context.taskLoopCount ?? 1, context.taskRunCount ?? 1];
    if ((config.failAt ?? []).some((wanted: unknown) => same(wanted, at))) throw new (errorClass())(`loop ${at[0]} run ${at[1]}`);
    const list = [...((loopResult() ?? []) as unknown[]), at];
    if (at[0] >= config.times) return list;
    throw new LOOP("", { result: list });
  },
  sleep_ms: async (call) => {
    const { config, nth } = call;
    if (config.times === undefined || nth <= config.times) await new Promise((resolve) => setTimeout(resolve, config.ms));
    return valueOrX(call);
  },
  error_to_text: ({ x }) => (Array.isArray(x) ? x.map(errorText) : errorText(x)),
  call_number: ({ nthInScenario }) => nthInScenario,
  context_value: ({ config }) => {
    const value = context.get(CONTEXT_NAMES[config.key as string] ?? config.key) as unknown;
    return value instanceof Set ? [...value].sort() : (value ?? null);
  },
  parameter_value: ({ config }) => context.parameters?.[config.name],
};

const loopResult = () => ((context.taskLoopCount ?? 1) > 1 ? context.taskLoopResult : undefined);
const errorText = (value: unknown) => (isError(value) ? value.message : value);

/** Does what a task with this behaviour does. */
export function behave(session: Session, id: string, fn: string, config: Readonly<Record<string, any>>, inputs: Readonly<Record<string, any>>): unknown {
  const behaviour = BEHAVIOURS[fn];
  if (behaviour === undefined) throw new Error(`Unknown behaviour: ${fn}.`);
  const { inRun, inScenario } = session.called(id);
  return behaviour({ inputs, config, x: inputs.x, y: inputs.y, nth: config.perScenario === true ? inScenario : inRun, nthInScenario: inScenario });
}

/** A task with a behaviour; it takes inputs of any name. */
export class BehaviourTask extends Task<any[], any> {
  readonly session: Session;
  readonly fn: string;
  readonly config: Readonly<Record<string, any>>;

  constructor(session: Session, fn: string, config: Readonly<Record<string, any>> | undefined, options: TaskOptions) {
    super(options);
    if (!(fn in BEHAVIOURS)) throw new Error(`Unknown behaviour: ${fn}.`);
    this.session = session;
    this.fn = fn;
    this.config = config ?? {};
  }

  override inputNames(): readonly string[] { return []; }
  override get takesAnyInput(): boolean { return true; }
  override invoke(inputs: Readonly<Record<string, any>>): unknown {
    return behave(this.session, this.session.idOf(this) ?? this.name, this.fn, this.config, inputs);
  }
}
