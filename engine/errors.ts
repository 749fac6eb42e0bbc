/**
 * Errors: wrong use or a broken environment, thrown to the caller. Not to be mixed with states (the outcome of user code, a
 * value) and signals (control flow inside a run). docs/errors.md is generated from the table.
 */

/** What the table holds for a code: what is wrong (with `{places}` for the details) and what to do. */
interface ErrorText {
  readonly message: string;
  readonly help: string;
}

/** Every error the engine throws, by code. */
export const ERRORS = {
  BAD_CONFIG: {
    message: "The configuration can not be used: {why}",
    help: "docs/configuration.md lists every key.",
  },
  BAD_INPUT_NAME: {
    message: "The key of a dependency must be the name of an input, got {key} (task {task}).",
    help: "Use a parameter name of the task's function: letters, digits, _ and $.",
  },
  BAD_OPTION: {
    message: "{owner}: the option {option} must be {expected}, got {got}.",
    help: "Correct the option where it is given.",
  },
  BAD_PICTURE_FORMAT: {
    message: "A picture is written as svg or html, got {got}.",
    help: "Write an svg, and convert it with a browser or another program.",
  },
  BAD_SERIALIZED_DATA: {
    message: "{serializer} can not read these data: {why}.",
    help: "Read them with the serializer that wrote them; if they are damaged, remove them and run the task again.",
  },
  BAD_STATE_JSON: {
    message: "This is no state that was written with toJson: {why}.",
    help: "Give State.fromJson what state.toJson() returned, unchanged.",
  },
  BAD_TASK_FUNCTION: {
    message: "The function of task {task} can not be used: {why}.",
    help: "Wrap it: task((x) => original(x)).",
  },
  BAD_TEMPLATE: {
    message: "The template {template} can not be filled: {why}.",
    help: "Correct the template; docs/how-it-works.md says what one may hold.",
  },
  BUNDLE_NOT_LOADED: {
    message: "Flow {flow} could not be loaded from its stored code: {why}.",
    help: "Correct the code, and register the flow again.",
  },
  CASE_VALUE_IS_TASK: {
    message: "The value of a case cannot be a task, got {task}.",
    help: "Compare the results in a task of their own, and branch on that.",
  },
  CONTEXT_NOT_SERIALIZABLE: {
    message: "The run context can not be serialised: it belongs to the code that runs now.",
    help: "Take the entries you need out of it, or all of them: context.toObject().",
  },
  CONTRADICTORY_SELECTION: {
    message: "Flow {flow} can not run this selection of tasks: {why}.",
    help: "One of only, from and failed says where to begin, upTo where to end; a task is either frozen or runs.",
  },
  CYCLE: {
    message: "Cycle found; flows must be acyclic! In flow {flow}: {path}.",
    help: "Remove one of the dependencies on that path.",
  },
  DUPLICATE_INPUT: {
    message: 'Argument "{key}" for task {task} has already been assigned in flow {flow}.',
    help: "An input is fed by one edge. Remove the other one, or copy the task.",
  },
  DUPLICATE_SLUG: {
    message: 'A task with the slug "{slug}" already exists in this flow. Flow: {flow}.',
    help: "Slugs and parameter names are unique in a flow: use the existing task, or choose another name.",
  },
  EDGE_TO_PARAMETER: {
    message: "Parameters must be root tasks and can not have upstream dependencies. Parameter: {task}, upstream: {upstream}.",
    help: "Put a task between them: it may take the parameter and the upstream.",
  },
  EMPTY_NAME: {
    message: "A flow needs a name, got {got}.",
    help: 'Give one: new Flow("My flow").',
  },
  FLOW_CHANGED: {
    message: "Flow {flow} in {module} is not what was saved: {what}.",
    help: "Save it again, or load it as it is now: without { strict: true }.",
  },
  FLOW_FILE_NOT_FOUND: {
    message: "There is no file {path}.",
    help: "Correct the path; a pattern needs quotes where the shell would read it.",
  },
  FLOW_NOT_BUNDLED: {
    message: "The code of {source} can not be bundled: {why}.",
    help: "Correct what is named, and register again.",
  },
  FLOW_NOT_IN_FILE: {
    message: "The code of flow {flow} can not be found again: {why}.",
    help: "Build the flow in a module file, or tell which file makes it: flow.save(path, { module }).",
  },
  FLOW_NOT_LOADED: {
    message: "Flow {flow} could not be loaded from {module}: {why}.",
    help: "Correct the file, or save the flow again from where it is made now.",
  },
  FLOW_NOT_REGISTERED: {
    message: "Flow {flow} is not registered in project {project}.",
    help: "Register it with its code first: flow.register(). Or name the project it is in.",
  },
  FLOW_RUN_IN_BUILD: {
    message: "flow.{method}() of flow {flow} was called while the flow is being built.",
    help: "Call it after build() has returned.",
  },
  MAP_INSIDE_MAP: {
    message: "Cannot set `mapped=true` when running from inside a mapped context. Flow: {flow}.",
    help: "All tasks of the function given to applyMap are mapped as a whole: call them plainly.",
  },
  MISSING_PARAMETERS: {
    message: "Flow.run did not receive the following required parameters: {names}. Flow: {flow}.",
    help: "Pass them: flow.run({ name: value }), or give the Parameter a default.",
  },
  NOT_SERIALIZABLE: {
    message: "{serializer} can not keep {where}: it is {why}, and would not come back as it is.",
    help: "Return plain data, give the task a result with another serializer, or switch it off with checkpoint: false.",
  },
  NO_ACTIVE_FLOW: {
    message: "Could not infer an active flow while adding task {task}.",
    help: "Call the task inside flow.build(() => …) or new Flow(name, () => …), pass { flow }, or call task.run(…) to execute it right away.",
  },
  NO_SCHEDULED_RUNS: {
    message: "Flow {flow} has no more scheduled runs{why}.",
    help: "Run it without its schedule: flow.run({}, { runOnSchedule: false }), or give the schedule later dates.",
  },
  MISSING_SCHEDULED_PARAMETERS: {
    message: "Flow {flow} can not be registered with its schedule: a clock has no value for the required parameters {names}.",
    help: "Give the clock parameterDefaults with these names, or the Parameter a default.",
  },
  NOT_A_TASK: {
    message: "Expected a task, got {got} ({where}).",
    help: "Make one with task(function) or new Parameter(name).",
  },
  NOT_MAPPABLE: {
    message: "Cannot map over non-sequence object of type {got}.",
    help: "Give a list or a task, or mark the input: unmapped(value).",
  },
  NOT_IN_CELLS: {
    message: "Flow {flow} can not be taken along from this notebook: {what}.",
    help: "What the flow uses must be what the notebook's cells make when each is run once, in the order in which they were run.",
  },
  NOT_PORTABLE: {
    message: "In task {task}, {place} can not be sent from one thread to another: {what}.",
    help: 'Make it inside the task\'s function; let inputs and results be plain data, or instances of classes declared outside of the task; or give the task the tag "main-thread", which runs it on the main thread.',
  },
  NOTIFICATION_FAILED: {
    message: "{service} notification for {subject} failed: {why}. The address is the secret {secret}.",
    help: "Look at the secret and at the service's settings.",
  },
  PACKAGE_NOT_FOUND: {
    message: "{name} is imported from {folder}, and is not installed there.",
    help: "Packages with native code are no part of a registered flow: install it where the agent runs (npm install), or start the agent where it is installed.",
  },
  REFERENCE_NOT_IN_FLOW: {
    message: "Reference tasks must be part of the flow: {task} is not in flow {flow}.",
    help: "Add the task first, or choose one that the flow has.",
  },
  RESULTS_NOT_READ: {
    message: "The kept results in {folder} can not be read: {why}.",
    help: "Try again when no other process uses them; if they are damaged, remove the folder: everything in it can be made again.",
  },
  RESULT_NOT_KEPT: {
    message: "The result was not kept with the state: only runs with checkpointing write results.",
    help: "Run the task again: leave its state out, or run with { checkpointing: true } in the first place.",
  },
  RESULT_NOT_READ: {
    message: "The result at {location} can not be read: {why}.",
    help: "Give it back, or remove it, so that the task runs again.",
  },
  RESULT_NOT_WRITTEN: {
    message: "The result can not be written to {location}: {why}.",
    help: "Make the location writable, choose another one (result, target), or switch it off with checkpoint: false.",
  },
  RESULT_OUTSIDE_DIR: {
    message: "The location {location} leaves the folder {dir}.",
    help: "The values that fill a template must stay within the result's folder: no .. and no leading /. A location that is elsewhere on purpose is written out in the template.",
  },
  RESULT_WITHOUT_STORE: {
    message: "{result} can not {action}: it is a description without a place of its own.",
    help: "Use a LocalResult, or another class that knows where results are.",
  },
  RUN_NOT_FINISHED: {
    message: "The flow run {run} has not ended within {timeout} seconds: it is {state}.",
    help: "Wait longer, look at its logs, or cancel it.",
  },
  SAVED_FLOW_NOT_FOUND: {
    message: "There is no saved flow {name}: {path} does not exist. Saved flows: {known}.",
    help: "Save it first, flow.save(), or correct the name or path.",
  },
  SAVED_FLOW_UNREADABLE: {
    message: "The saved flow {path} can not be read: {why}.",
    help: "Save the flow again.",
  },
  SECRET_IN_BUILD: {
    message: "Secrets should only be retrieved during a flow run, not while building a flow. Secret: {name}, flow: {flow}.",
    help: "Read it in a task, or use the task new FlowletSecret(name).",
  },
  SECRET_NOT_FOUND: {
    message: 'Local Secret "{name}" was not found.',
    help: "Set it in the environment (FLOWLET__CONTEXT__SECRETS__<name>), in ~/.flowlet/config.toml under [context.secrets], or in context.secrets.",
  },
  SELF_EDGE: {
    message: "Edges can not connect a task to itself. Task: {task}.",
    help: "Copy the task: task.copy() is another node.",
  },
  SERVER_ADDRESS: {
    message: "The server can not listen at {address}: {why}.",
    help: "Give a host that this computer has, and a port from 0 to 65535 that you may use.",
  },
  SERVER_DATA_IN_USE: {
    message: "{data} is in use: {holder}.",
    help: 'Use that server, stop it with "flowlet server stop", or give this one data of its own (FLOWLET__HOME_DIR).',
  },
  SERVER_NOT_STARTED: {
    message: "The server did not start: {why}.",
    help: "Its log is server.log in the folder of its data (~/.flowlet/server).",
  },
  SERVER_NOT_STOPPED: {
    message: "The server (process {pid}) could not be stopped: {why}.",
    help: "End the process yourself.",
  },
  SERVER_PORT_TAKEN: {
    message: "Port {port} is taken: {holder}.",
    help: "Stop what uses it, or take another port: --port, or server.port in the configuration.",
  },
  SHARED_LOCATION: {
    message: "{who} would share one location: {location} names nothing that tells them apart, like {hint}.",
    help: "Name it in the template.",
  },
  TASK_HAS_NO_RESULT: {
    message: "The task run {task} of flow run {run} has no result: {why}.",
    help: "Ask for the result of a task that has succeeded and returns something.",
  },
  TASK_METHOD_ALONE: {
    message: "The method {method} was called without its task.",
    help: "Hand on a function: xs.pipe((x) => add.map(x)).",
  },
  SLICE_DIFFERS: {
    message: "Flow {flow} can not be taken along from this notebook: evaluated by themselves, its cells make another flow than the notebook has: {what}.",
    help: "Run the cells that make the flow again, in their order, and then register it.",
  },
  TASK_NOT_IN_FLOW: {
    message: "Task {task} was not found in Flow {flow}.",
    help: "Add it with flow.addTask(task), or use the copy that the call in flow.build returned.",
  },
  TASK_NOT_ITERABLE: {
    message: "Task {task} is not iterable over more than {limit} parts.",
    help: "Destructure it ([a, b] = task()), or pass the option nout.",
  },
  THREAD_ENDED: {
    message: "The thread that ran task {task} ended before the task did: {why}.",
    help: "The task counts as failed, and its retries apply; other tasks get a new thread.",
  },
  TOO_MANY_INPUTS: {
    message: "Task {task} takes {expected}, got {got} inputs.",
    help: "Leave out the extra inputs.",
  },
  UNEXPECTED_PARAMETERS: {
    message: "Flow.run received the following unexpected parameters: {names}. Flow {flow} has {known}.",
    help: "Correct the names, or add a Parameter to the flow.",
  },
  UNKNOWN_INPUT: {
    message: 'Task {task} has no input "{key}". It has {known}.',
    help: "Use a parameter name of the task's function.",
  },
  UNKNOWN_OPTION: {
    message: "{owner} has no option {option}. {known}.",
    help: "Correct its name, or leave it out.",
  },
  UNKNOWN_TASKS_TO_RUN: {
    message: "Can not run only {names} of flow {flow}: {why}.",
    help: "Run these tasks with what they need, { upTo: [task] }, or the whole flow once.",
  },
  UNKNOWN_TEMPLATE_NAME: {
    message: 'The template {template} names "{name}", which is not known.',
    help: "A template may name the inputs of the task, entries of the run context (flowName, taskSlug, mapIndex, today …) and parameters of the flow.",
  },
  UNREADABLE_SCHEDULE: {
    message: "The serialized schedule can not be read, at {where}: {why}.",
    help: "Give what schedule.toJson() returned, as it was.",
  },
  UNSCHEDULABLE: {
    message: "The schedule can not be made: {why}.",
    help: "Correct what is named: intervals are milliseconds above 0 or like { days: 1 }, cron expressions have five or six fields.",
  },
  UNSERIALIZABLE_SCHEDULE: {
    message: "The schedule can not be serialized, at {where}: {why}.",
    help: "Use Flowlet's own clocks, filters and adjustments, intervals of a minute or more, and parameters that JSON can hold.",
  },
} as const satisfies Record<string, ErrorText>;

/** Code of an engine error. */
export type ErrorCode = keyof typeof ERRORS;

/** An error of the engine: a code, the guilty name in the message, and what to do. */
export class FlowletError extends Error {
  override readonly name = "FlowletError";
  readonly code: ErrorCode;
  /** What to do, one sentence. */
  readonly help: string;

  constructor(code: ErrorCode, details: { readonly [place: string]: unknown } = {}, options?: ErrorOptions) {
    const text: ErrorText = ERRORS[code];
    const message = text.message.replaceAll(/\{(\w+)\}/g, (_, place: string) => String(details[place]));
    super(`${message} ${text.help}`, options);
    this.code = code;
    this.help = text.help;
  }
}

/** Generators have a class without a name. */
function className(value: object): string {
  return value.constructor === undefined ? "null" : value.constructor.name || Object.prototype.toString.call(value).slice(8, -1);
}

/** A value in words, for "got …": its kind, and its text when that is short. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return value.length > 40 ? `a text of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === "function") return value.name ? `the function ${value.name}` : "a function";
  if (typeof value === "object") return Array.isArray(value) ? `an array of ${value.length}` : `an object of class ${className(value)}`;
  return `${typeof value} ${String(value)}`;
}

/** `x, y and z`; `none` for an empty list. */
export function listNames(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? "none";
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
