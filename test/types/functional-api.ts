/** Type-checked, not run: what the functional API accepts and refuses. */
import { createFlowRun, getTaskRunResult, waitForFlowRun, type FlowRunDetails } from "flowlet/client";
import {
  LocalRun, ThreadExecutor, UniversalRun,
  CronSchedule, DateTimeParameter, Edge, EnvVarSecret, Failed, Flow, FlowletSecret, IntervalClock, LocalResult, Parameter, RRuleSchedule, Schedule, Secret, Success, Task, TaskStates,
  addDuration, atTime, callbackFactory, config, context, flatten, isWeekday, loadConfig, nextWeekday, operators, raiseOnException, slackNotifier, task, type Clock, type ClockEvent,
  type FlowPicture, type FlowPlan, type Ref, type ScheduleFilter, type SerializedFlow, type State, type StateJson, type TaskOptions, type TaskPlan, type Verdict, type VerifyReport,
} from "flowlet";

const add = task((x: number, y: number = 1) => x + y);
const flow = new Flow("types");
const scaled = task((x: number, by = 2) => x * by);
// @ts-expect-error the default says that it is a number
scaled(1, "2");
const product: Ref<number> = scaled(1);

// Inputs are values, refs, or structures that hold refs.
add(1);
add(add(1), 2);
add(new Parameter<number>("n"));
task((xs: number[]) => xs.length)([1, add(1)]);
task((options: { a: number; b: string[] }) => options.a)({ a: add(1), b: ["x"] });
task((f: (x: number) => number) => f(1))((x) => x + 1);
task((value: string | number) => value)(add(1));
task((date: Date, map: Map<string, number>, bytes: Uint8Array) => 1)(new Date(), new Map(), new Uint8Array());
task((anything: unknown) => 1)(add(1));
task((flag: boolean) => 1)(task((x: number) => x > 1)(1));

// @ts-expect-error a text is no number
add("a");
// @ts-expect-error a task of a text is no number
add(task(() => "s")());
// @ts-expect-error too many inputs
add(1, 2, 3);
// @ts-expect-error an input is missing
add();
// @ts-expect-error a parameter of another type
add(new Parameter<string>("n"));

// Async functions give what they resolve to.
const fetched = task(async (x: number) => ({ rows: [x] }));
add.bind(1, task(async () => 2)());

// Tuples can be destructured into refs.
const pair = task((x: number): [number, string] => [x, "a"]);
const [first, second] = pair(1);
const firstRef: Ref<number> = first;
const secondRef: Ref<string> = second;
add(first);
// @ts-expect-error the second part is a text
add(second);

// A class is typed by its run method's inputs and result.
class AddTask extends Task<[x: number, y?: number], number> {
  private readonly fallback: number;
  constructor(fallback: number, options?: TaskOptions) { super(options); this.fallback = fallback; }
  override run(x: number, y?: number) { return x + (y ?? this.fallback); }
}
const added: Ref<number> = new AddTask(1, { maxRetries: 3, retryDelay: 10_000 })(add(1));
// @ts-expect-error a text is no number
new AddTask(1)("a");

// Results have the task's type.
const built = flow.build(() => ({ sum: add(1), data: fetched(1) }));
async function results() {
  const state = await flow.run({ n: 1 }, { runOnSchedule: false });
  const sum: number = state.result.get(built.sum).result;
  const rows: number[] = state.result.get(built.data).result.rows;
  const one: State<number> = state.result.get(built.sum);
  // @ts-expect-error the result is a number
  const text: string = state.result.get(built.sum).result;
  return [sum, rows, one, text];
}

// Plans and selections take tasks, parts of their results, slugs and names.
const plan: FlowPlan = flow.plan({ n: 1 }, { upTo: [built.sum], refresh: true });
const verdict: Verdict = plan.get(built.sum).verdict;
const times: (number | null)[] = [plan.expected, ...[...plan].map((one: TaskPlan) => one.saves), plan.get("add-1").children?.fresh ?? null];
const why: string | undefined = new Success().reason;
flow.run({}, { only: built.sum, freeze: "add-1" });
flow.run({}, { from: [first, "load"], upTo: built.data, failed: false, refresh: [built.sum] });
flow.verify({ sample: "all", seed: 1, keep: true }).then((report: VerifyReport) => report.different.map(({ task: one, difference }) => [one.name, difference]));
const saved: number = flow.cacheStats().saved + (flow.cacheStats().lastRun?.hits ?? 0) + flow.cacheStats().total.bytes;
// @ts-expect-error a verdict is one of four words
plan.get(built.sum).verdict === "old";
// @ts-expect-error a task, its slug or name
flow.run({}, { only: 5 });
// @ts-expect-error what is not to be refreshed is left out
flow.run({}, { refresh: false });
// @ts-expect-error a number, or all
flow.verify({ sample: "some" });
// @ts-expect-error a plan runs nothing, so there is nothing to cancel
flow.plan({}, { signal: new AbortController().signal });

// Calls with options keep the types.
add.with({ upstreamTasks: [built.data] })(5);
// @ts-expect-error a text is no number
add.with({ upstreamTasks: [] })("5");
// @ts-expect-error an unknown option
task(() => 1, { retries: 3 });

// Parts have the type of the part; a default adds its own.
const record = task(() => ({ a: 1, b: "x", list: [true] }));
const partA: Ref<number> = record().get("a");
const partB: Ref<string | null> = record().get("b", { default: null });
const element: Ref<boolean> = record().get("list").get(0);
const entry: Ref<Date> = task(() => new Map([["k", new Date()]]))().get("k");
const third: Ref<string> = task((): [number, string] => [1, "a"])().get(1);
add(record().get("a"));
// @ts-expect-error the part is a text
add(record().get("b"));

// Operators take tasks and values on either side, and give tasks.
const rest: Ref<number> = operators.sub(10, add(1));
const less: Ref<boolean> = operators.lt(add(1), 5);
add(operators.mul(2, record().get("a")));
// @ts-expect-error a text can not be divided
operators.div("a", 2);
const methods: Ref<number> = add(1).sub(2).pow(2);

// Parameters are copied under another name, and add themselves.
const copied: Ref<number> = new Parameter<number>("n").copy("m");
const itself: Ref<number> = new Parameter<number>("n")();
const day: Ref<Date | null> = new DateTimeParameter("day", { default: null });
task((date: Date | null) => date)(day);

// Pipes hand the task on.
const piped: Ref<number> = record().get("a").pipe((x) => add(x, 2));
add(1).pipe(flatten);

// A flow is iterable, can be told to begin with tasks and edges, and is data.
const whole = new Flow("whole", { tasks: [add], edges: [new Edge(add, add.copy(), { key: "x" })], referenceTasks: [add], validate: true, terminalStateHandler: async () => new Success() });
for (const one of whole) one.name.toUpperCase();
const data: SerializedFlow = whole.serialize();
const picture: FlowPicture = whole.visualize({ horizontal: false, format: "html" });
// @ts-expect-error not a format
whole.visualize({ format: "png" });
async function loaded(): Promise<Flow> {
  await whole.run({}, { taskContexts: [[add, { mine: 1 }]], taskRunnerStateHandlers: [(task, _, to) => { task.name; if (to.isFailed()) return new Success(); }], state: new Success() });
  return await Flow.load(whole.save(), { strict: true });
}
// @ts-expect-error an unknown option
whole.run({}, { retries: 3 });
// Results: where they go.
task(() => 1, { result: new LocalResult({ dir: "out", location: ({ flowName }) => String(flowName) }), target: "{today}.bin", checkpoint: false });
task(() => 1, { target: ({ x }) => `${String(x)}.bin` });
// @ts-expect-error a target is a text or a function
task(() => 1, { target: 3 });
// @ts-expect-error a result is a Result
new Flow("f", { result: "out" });
async function restarted() {
  const state = await flow.run({}, { checkpointing: true });
  const json: Record<string, StateJson> = state.result.toJson(flow);
  await flow.run({}, { taskStates: TaskStates.fromJson(json, flow) });
  const one: State<number> = await state.result.get(built.sum).loadResult();
  return one;
}

// The configuration is typed, and so is what a block has instead.
const retries: number = config.tasks.defaults.maxRetries;
const delay: number | null = context.config.tasks.defaults.retryDelay;
const level: "NOTSET" | "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL" = loadConfig({ variables: {} }).config.logging.level;
const own: unknown = config.user.region;
context.with({ config: { logging: { level: "DEBUG", logAttributes: ["a"] } }, mine: 1 }, () => 1);
// @ts-expect-error there is no such key
context.with({ config: { tasks: { defaults: { retries: 1 } } } }, () => 1);
// @ts-expect-error a level is a word
context.with({ config: { logging: { level: 10 } } }, () => 1);
// @ts-expect-error it can not be changed
config.backend = "x";

// Secrets fit anywhere unless they say what they are.
add(new FlowletSecret("N"));
add(new EnvVarSecret("N", { cast: Number }));
task((text: string) => text)(new EnvVarSecret("N", { raiseIfMissing: true }));
const user: Ref<string> = new FlowletSecret<{ user: string }>("PAIR").get("user");
const port: number = new Secret<number>("PORT").get();
// @ts-expect-error a text is no number
add(new FlowletSecret<string>("N"));
// @ts-expect-error what the cast gives is a number
task((text: string) => text)(new EnvVarSecret("N", { cast: Number }));

// Handlers fit tasks and flows.
new Flow("told", { stateHandlers: [slackNotifier({ onlyStates: [Failed] }), slackNotifier, callbackFactory((flow: Flow) => flow.tasks, (state) => state.isFailed())] });
task(() => 1, { stateHandlers: [slackNotifier(), slackNotifier, callbackFactory((one: Task) => one.name, async () => true)] });
const raised: Promise<State> = raiseOnException(() => flow.run());

// Recursive types stay within bounds.
interface Row { id: number; next?: Row }
task((row: Row) => row.id)({ id: 1, next: { id: add(1) } });

// Lists of any kind are mapped over.
add.map([1, 2], new Float64Array([1, 2]));
task((letter: string) => letter).map("abc");
// @ts-expect-error a text's elements are no numbers
scaled.map("abc");
// @ts-expect-error a Set has no elements by index
scaled.map(new Set([1]));
// @ts-expect-error a number has no elements
scaled.map(5);

// Schedules: filters and adjustments are functions of the time, with or without its zone.
const lunch: ScheduleFilter = (time) => time.getUTCHours() === 12;
const ownClock: Clock = { *events(after) { yield { startTime: after, parameterDefaults: {}, labels: null, timeZone: "UTC" }; } };
const schedule = new Schedule([new IntervalClock({ days: 1 }, { timeZone: "Europe/Berlin", labels: ["gpu"], parameterDefaults: { n: 1 } }), ownClock], {
  filters: [isWeekday, isWeekday({ timeZone: "Asia/Tokyo" }), atTime("09:00"), lunch, (time, timeZone) => timeZone === "UTC" && time > new Date(0)],
  adjustments: [nextWeekday, nextWeekday({ timeZone: "Asia/Tokyo" }), addDuration({ hours: 1 }), addDuration(1000), (time) => time],
});
const events: ClockEvent[] = schedule.next(3);
new Flow("scheduled", { schedule: Schedule.fromJson(JSON.parse(JSON.stringify(schedule.toJson()))) });
new Flow("scheduled", { schedule: new RRuleSchedule("FREQ=DAILY") });
new CronSchedule("0 9 * * *", { dayOr: false });
// @ts-expect-error a filter says true or false
new Schedule([], { filters: [(time) => time] });
// @ts-expect-error months are not all the same
new IntervalClock({ months: 1 });
// @ts-expect-error weekday of what
const weekday: boolean = isWeekday({ timeZone: "UTC" });

// Executors take each other's place.
whole.run({}, { executor: new ThreadExecutor({ threads: 2, concurrency: 8, resourceLimits: { maxOldGenerationSizeMb: 512 } }) });
// @ts-expect-error not an option
new ThreadExecutor({ workers: 2 });

export { plan, verdict, times, why, saved, product, firstRef, secondRef, added, results, restarted, partA, partB, element, entry, third, rest, less, methods, copied, itself, piped, data, picture, loaded, events, weekday, retries, delay, level, own, user, port, raised };

// What a kept result depends on can be said.
task(() => 1, { cache: { files: ["data/*.csv"], env: ["REGION"], for: 60_000, version: "2" } });
task((rows: { id: number }[]) => rows.length, { cache: { key: ({ rows }) => (rows as { id: number }[]).map(({ id }) => id) } });
task(() => 1, { cache: { key: "always the same" } });
// @ts-expect-error a list, also of one file
task(() => 1, { cache: { files: "data.csv" } });
// @ts-expect-error there is no such option
task(() => 1, { cache: { file: ["data.csv"] } });

// Flows are registered and scheduled; runs of registered flows are tasks.
export const registered: Promise<string> = flow.register({ project: "examples", labels: ["gpu"], runConfig: new LocalRun({ env: { REGION: "eu" }, workingDir: "/data" }) }).then(({ url, version }) => url + version);
export const final: Promise<State> = flow.schedule({ x: 1 }, { runName: "Marvin", startTime: new Date() }).then((run) => run.wait({ timeout: 60_000 }));
// @ts-expect-error a Date, not a text
flow.schedule({}, { startTime: "2026-01-01" });
// @ts-expect-error not an option
flow.register({ projectName: "examples" });
// @ts-expect-error an agent of any kind has no folder
new UniversalRun({ workingDir: "/data" });
const childRun: Ref<string> = createFlowRun({ flowName: "child", parameters: { n: add(1) } });
export const finished: Ref<FlowRunDetails> = waitForFlowRun(childRun, { raiseFinalState: true, maxDuration: 60_000 });
getTaskRunResult(childRun, "add-1");
// @ts-expect-error the slug is a text
getTaskRunResult(childRun, 1);
