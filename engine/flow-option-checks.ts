/** What the options of a flow and of its runs must be. Every option has its line: flow.ts does not compile without. */
import type { Executor } from "./executors/executor.ts";
import { A_BOOLEAN, A_FUNCTION, A_RECORD, FUNCTIONS, isFunction, isIterable, isRecordLike, type OptionCheck } from "./option-checks.ts";
import { LABELS, type UniversalRun } from "./run-config.ts";
import { TASK_CHOICE } from "./runners/selection-options.ts";
import { Result } from "./results/result.ts";
import type { Schedule } from "./schedules/schedule.ts";
import { State } from "./state.ts";

const A_SCHEDULE: OptionCheck = ["a Schedule", (value) => isRecordLike(value) && isFunction((value as Schedule).next)];
const AN_EXECUTOR: OptionCheck = ["an executor", (value) => isRecordLike(value) && isFunction((value as Executor).execute)];
const AN_ABORT_SIGNAL: OptionCheck = ["an AbortSignal", (value) => value instanceof AbortSignal];
const TASKS: OptionCheck = ["a list of tasks", isIterable];

/** Options of `new Flow`. */
export const FLOW_OPTIONS = {
  cache: A_BOOLEAN,
  edges: ["a list of edges", isIterable],
  executor: AN_EXECUTOR,
  labels: LABELS,
  onFailure: A_FUNCTION,
  referenceTasks: TASKS,
  result: ["a Result", (value: unknown) => value instanceof Result],
  runConfig: ["a LocalRun or UniversalRun", (value: unknown) => isRecordLike(value) && isFunction((value as UniversalRun).serialize)],
  schedule: A_SCHEDULE,
  stateHandlers: FUNCTIONS,
  tasks: TASKS,
  terminalStateHandler: A_FUNCTION,
  validate: A_BOOLEAN,
} as const satisfies Record<string, OptionCheck>;

/** Options that say which tasks run. */
const SELECTION = {
  failed: A_BOOLEAN,
  freeze: TASK_CHOICE,
  from: TASK_CHOICE,
  only: TASK_CHOICE,
  refresh: ["true, a task, its slug or name, or a list of these", (value: unknown) => value === true || TASK_CHOICE[1](value)],
  upTo: TASK_CHOICE,
} as const satisfies Record<string, OptionCheck>;

/** Options of `flow.plan`. */
export const PLAN_OPTIONS = { checkpointing: A_BOOLEAN, context: A_RECORD, ...SELECTION } as const satisfies Record<string, OptionCheck>;

/** Options of `flow.verify`. */
export const VERIFY_OPTIONS = {
  keep: A_BOOLEAN,
  sample: ["a number of results, 1 or more, or \"all\"", (value: unknown) => value === "all" || (Number.isInteger(value) && (value as number) >= 1)],
  seed: ["a whole number, 0 or more", (value: unknown) => Number.isInteger(value) && (value as number) >= 0],
  signal: AN_ABORT_SIGNAL,
} as const satisfies Record<string, OptionCheck>;

/** Options of `flow.run`. */
export const RUN_OPTIONS = {
  approve: A_FUNCTION,
  cache: A_BOOLEAN,
  checkpointing: A_BOOLEAN,
  context: A_RECORD,
  executor: AN_EXECUTOR,
  runOnSchedule: A_BOOLEAN,
  signal: AN_ABORT_SIGNAL,
  state: ["a State", (value: unknown) => value instanceof State],
  taskContexts: ["pairs of a task and its entries", isIterable],
  taskRunnerStateHandlers: FUNCTIONS,
  taskStates: ["pairs of a task and its state", isIterable],
  wait: A_BOOLEAN,
  ...SELECTION,
} as const satisfies Record<string, OptionCheck>;
