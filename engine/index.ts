/** Flowlet: the names a flow's author uses. Everything else is internal. */
export { Flow, type FlowHost, type FlowOptions, type RunOptions } from "./flow.ts";
export { FlowGraph } from "./graph/flow-graph.ts";
export { FlowPicture, type PictureFormat, type VisualizeOptions } from "./picture/flow-picture.ts";
export type { FlowModule } from "./saved-flows/flow-module.ts";
export type { LoadOptions } from "./saved-flows/load-flow.ts";
export type { SerializedEdge, SerializedFlow, SlugReference } from "./saved-flows/serialize-flow.ts";
export { Edge, type EdgeOptions } from "./graph/edge.ts";
export { Task, isTask, nameTask, type TaskNode } from "./task/task.ts";
export type { BindOptions, CallOptions, DependencyOptions, TaskOverrides } from "./task/call-options.ts";
export { FunctionTask, task, type TaskOf } from "./task/function-task.ts";
export { Parameter, type ParameterOptions, type SerializedParameter } from "./task/parameter.ts";
export { DateTimeParameter } from "./task/date-time-parameter.ts";
export type { SerializedTask, TaskOutputs } from "./task/describe-task.ts";
export type { TaskInput } from "./task/input-names.ts";
export { EdgeAnnotation, flatten, mapped, unmapped, type Unmapped } from "./task/edge-annotations.ts";
export { operators } from "./task/operations.ts";
export { withTags } from "./task/tags.ts";
export { caseOf } from "./control-flow/case-of.ts";
export { CompareValue } from "./control-flow/compare-value.ts";
export { applyMap } from "./control-flow/apply-map.ts";
export { flowBeingBuilt } from "./control-flow/active-graph.ts";
export { ifElse, merge, switchOn, type BranchOptions } from "./control-flow/switch-on.ts";
export { FilterTask } from "./control-flow/filter-task.ts";
export { ResourceBlock, ResourceManager, resourceManager, type Resource, type ResourceManagerOptions } from "./control-flow/resource.ts";
export { Constant } from "./task/constant.ts";
export { allInputs, allParameters, durationOnly, neverUse, partialInputsOnly, partialParametersOnly, type CacheValidator } from "./cache-validators.ts";
export type { SessionCaches } from "./cache/session-caches.ts";
export type { Approve } from "./runners/approval.ts";
export type { CacheOptions, FailureCallback, StateHandler, TaskInfo, TaskOptions, TaskRunName } from "./task/task-options.ts";
export type { Input, Inputs, Ref, ResultOf } from "./task/input-types.ts";
export { context, type ContextEntries, type ContextMethods, type ContextValues } from "./context.ts";
export { config } from "./config/config.ts";
export type { Config, ConfigOverrides } from "./config/config-keys.ts";
export type { ConfigProblem } from "./config/config-problem.ts";
export { loadConfig, type LoadConfigOptions, type LoadedConfig } from "./config/load-config.ts";
export { Secret } from "./secrets/secret.ts";
export { EnvVarSecret, FlowletSecret, SecretBase, type EnvVarSecretOptions } from "./secrets/secret-tasks.ts";
export { callbackFactory, type AnyStateHandler } from "./notifications/callback-factory.ts";
export { slackNotifier, type SlackNotifierOptions, type StateClass } from "./notifications/slack-notifier.ts";
export { raiseOnException } from "./raise-on-exception.ts";
export {
  Cached, Cancelled, Cancelling, ClientFailed, Failed, Finished, Looped, Mapped, MetaState, Paused, Pending, Queued, Resume, Retrying, Running, STATE_CLASSES, Scheduled, Skipped, State,
  Submitted, Success, TimedOut, TriggerFailed, ValidationFailed,
} from "./state.ts";
export { pauseTask } from "./pause-task.ts";
export { FAIL, LOOP, PAUSE, RETRY, SKIP, SUCCESS, Signal, TRIGGERFAIL, VALIDATIONFAIL, signalFromState, type SignalOptions } from "./signals.ts";
export {
  allFailed, allFinished, allSuccessful, alwaysRun, anyFailed, anySuccessful, manualOnly, notAllSkipped, someFailed, someSuccessful, type Thresholds, type Trigger, type UpstreamStates,
} from "./triggers.ts";
export type { Executor, TaskCall } from "./executors/executor.ts";
export { LocalExecutor } from "./executors/local-executor.ts";
export type { Clock, ClockEvent, ClockOptions } from "./schedules/clock.ts";
export { IntervalClock } from "./schedules/interval-clock.ts";
export { CronClock, type CronOptions } from "./schedules/cron-clock.ts";
export { DatesClock } from "./schedules/dates-clock.ts";
export { RRuleClock } from "./schedules/rrule-clock.ts";
export type { CalendarDuration } from "./schedules/duration.ts";
export { atTime, betweenDates, betweenDatetimes, betweenTimes, isDayOfWeek, isMonthEnd, isMonthStart, isWeekday, isWeekend, onDate, onDatetime } from "./schedules/filters.ts";
export type { DayFilter, FilterOptions, ScheduleFilter } from "./schedules/schedule-filter.ts";
export { addDuration, nextWeekday, type DayAdjustment, type ScheduleAdjustment } from "./schedules/adjustments.ts";
export { CronSchedule, IntervalSchedule, RRuleSchedule, Schedule, type ScheduleEnd, type ScheduleOptions } from "./schedules/schedule.ts";
export type { ClockJson, ScheduleFunctionJson, ScheduleJson } from "./schedules/schedule-json.ts";
export { TaskStates } from "./runners/task-states.ts";
export { Logger, getLogger } from "./logging/logger.ts";
export { ERRORS, FlowletError, type ErrorCode } from "./errors.ts";
