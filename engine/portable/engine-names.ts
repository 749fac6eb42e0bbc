/** What of the engine a task function may use in whatever thread it runs, by its public name. */
import { config } from "../config/config.ts";
import { context } from "../context.ts";
import { FlowletError } from "../errors.ts";
import { Logger, getLogger } from "../logging/logger.ts";
import { pauseTask } from "../pause-task.ts";
import { SecretBase } from "../secrets/secret-tasks.ts";
import { Secret } from "../secrets/secret.ts";
import { FAIL, LOOP, PAUSE, RETRY, SKIP, SUCCESS, Signal, TRIGGERFAIL, VALIDATIONFAIL, signalFromState } from "../signals.ts";
import { STATE_CLASSES } from "../state.ts";
import { FunctionTask, task } from "../task/function-task.ts";
import { Parameter } from "../task/parameter.ts";
import { Task, isTask } from "../task/task.ts";

let byName: ReadonlyMap<string, object> | null = null;
let names: ReadonlyMap<unknown, string> | null = null;

function table(): ReadonlyMap<string, object> {
  byName ??= new Map<string, object>(Object.entries({
    context, FlowletError, Logger, getLogger, FAIL, LOOP, PAUSE, RETRY, SKIP, SUCCESS, Signal, TRIGGERFAIL, VALIDATIONFAIL, signalFromState, ...STATE_CLASSES,
    FunctionTask, task, Parameter, Task, isTask, Secret, SecretBase, config, pauseTask,
  }));
  return byName;
}

/** Name of a part of the engine; undefined for anything else. */
export function engineName(value: unknown): string | undefined {
  names ??= new Map([...table()].map(([name, part]) => [part, name] as const));
  return names.get(value);
}

/** The part of the engine with this name. */
export function enginePart(name: string): object | undefined {
  return table().get(name);
}
