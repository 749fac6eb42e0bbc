/**
 * States: the outcome so far of a task run or flow run, as a value. Hierarchy, messages and predicates are Prefect's
 * (prefect.engine.state); names, parents and colours come from the table in protocol/states.ts.
 */
import { STATES, isStateKind, isStateName, type StateName } from "../protocol/states.ts";
import { loadStored } from "./results/load-result.ts";
import type { Result } from "./results/result.ts";
import { stateFromJson, stateToJson, type StateJson, type StateJsonOptions, type StateMaker } from "./state-json.ts";

/** What a state is made with; all optional. */
export interface StateOptions {
  /** Entries kept with the state, e.g. `tags`, `taskRunCount`. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Root of all states. `R` is the type of the result. */
export class State<R = unknown> {
  /** Name of the class; from the prototype, so that it survives bundling. */
  declare readonly type: StateName;
  /** One sentence, or null. */
  message: string | null;
  /** The value the run returned, the error it threw, or the signal it raised. */
  result: R;
  /** When the state was made (milliseconds since 1970). */
  readonly at: number;
  context: Readonly<Record<string, unknown>> | undefined;
  /**
   * The Result with the place where the value was written (prefect: State._result); absent otherwise. Without a location: of a state
   * from JSON, whose value was not kept; of a Failed one, whose value (`stored.value`) could not be written.
   */
  declare stored?: Result | undefined;

  /** Of a task, in runs that keep results: why it ran or was kept, in words. Undefined otherwise. */
  reason: string | undefined;

  constructor(message: string | null = null, result?: R, options?: StateOptions) {
    this.message = message;
    this.result = result as R;
    this.at = Date.now();
    this.context = options?.context;
    // Here, and not when it is known: a field that comes later costs each state a table of its own.
    this.reason = undefined;
  }

  /** Prefect's colour, `#rrggbb`. */
  get color(): string { return STATES[this.type].color; }

  isPending(): boolean { return this instanceof Pending; }
  isScheduled(): boolean { return this instanceof Scheduled || this instanceof Queued; }
  isRetrying(): boolean { return this instanceof Retrying; }
  isPaused(): boolean { return this instanceof Paused; }
  isQueued(): boolean { return this instanceof Queued; }
  isSubmitted(): boolean { return this instanceof Submitted; }
  isRunning(): boolean { return this instanceof Running; }
  isFinished(): boolean { return this instanceof Finished; }
  isLooped(): boolean { return this instanceof Looped; }
  /** Success and its kinds: Cached, Mapped, Skipped. */
  isSuccessful(): boolean { return this instanceof Success; }
  isCached(): boolean { return this instanceof Cached; }
  isMapped(): boolean { return this instanceof Mapped; }
  isSkipped(): boolean { return this instanceof Skipped; }
  /** Failed and its kinds: TimedOut, TriggerFailed, ValidationFailed. */
  isFailed(): boolean { return this instanceof Failed; }
  /** Finished, but neither a success nor a failure. */
  isCancelled(): boolean { return this instanceof Cancelled; }
  isMetaState(): boolean { return this instanceof MetaState; }

  /** Names of all kinds of this state; with itself first when asked. */
  static children(includeSelf = false): StateName[] {
    const own = this.prototype.type ?? "State";
    const names = Object.keys(STATES) as StateName[];
    return names.filter((name) => isStateKind(name, own) && (includeSelf || name !== own));
  }

  /** Names of all states this one is a kind of, nearest first; with itself first when asked. */
  static parents(includeSelf = false): StateName[] {
    const own = this.prototype.type ?? "State";
    const names: StateName[] = includeSelf ? [own] : [];
    for (let at = STATES[own].parent; at !== null; at = STATES[at].parent) names.push(at);
    return names;
  }

  /**
   * Reads the result, where the state knows its place only (`stored`), as one from JSON does.
   * @param result reads it; needed where it is of a class, or has a serializer, that is not built in
   * @returns this state; @throws FlowletError RESULT_NOT_KEPT, RESULT_NOT_READ, RESULT_WITHOUT_STORE
   */
  async loadResult(result?: Result): Promise<this> {
    await loadStored(this, result);
    return this;
  }

  /** Reads the inputs that a Cached state's result was made from. @param results read them, by name of the input. @returns this state; @throws as {@link State.loadResult} */
  async loadCachedResults(_results: Readonly<Record<string, Result>> = {}): Promise<this> { return this; }

  /** The state as JSON, for storage and transport: values are where they were written; what was written nowhere stays behind, unless asked for. */
  toJson(options: StateJsonOptions = {}): StateJson { return stateToJson(this, options, leadsTo); }

  /**
   * The state that {@link State.toJson} wrote. Results are not read: `loadResult` does that, and a flow run that is given the state
   * where a task needs them.
   * @param json the object, or its text; @throws FlowletError BAD_STATE_JSON
   */
  static fromJson(json: unknown): State { return stateFromJson(json, MAKER); }

  /** `Success("Task run succeeded.")` */
  toString(): string {
    return this.message === null ? `<${this.type}>` : `<${this.type}: "${this.message}">`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}

export class Pending<R = unknown> extends State<R> {}

/** Options of states that start at a time. */
export interface ScheduledOptions extends StateOptions {
  /** Earliest start; `null` = never by itself. Default now. */
  readonly startTime?: Date | null;
  /** Attempts so far (count). */
  readonly runCount?: number;
}

/** Waits for its start time. */
export class Scheduled<R = unknown> extends Pending<R> {
  startTime: Date | null;
  constructor(message?: string | null, result?: R, options?: ScheduledOptions) {
    super(message, result, options);
    this.startTime = options?.startTime === undefined ? new Date(this.at) : options.startTime;
  }
}

/** Waits for approval: no start time unless given. */
export class Paused<R = unknown> extends Scheduled<R> {
  constructor(message?: string | null, result?: R, options?: ScheduledOptions) {
    super(message, result, { ...options, startTime: options?.startTime ?? null });
  }
}

/** Approved after a pause. */
export class Resume<R = unknown> extends Scheduled<R> {}

/** Failed and will run again at its start time. */
export class Retrying<R = unknown> extends Scheduled<R> {
  runCount: number;
  constructor(message?: string | null, result?: R, options?: ScheduledOptions) {
    super(message, result, options);
    this.runCount = options?.runCount ?? 1;
  }
}

/** Wraps another state; metas do not nest. */
export class MetaState<R = unknown> extends State<R> {
  readonly state: State | null;
  constructor(message?: string | null, result?: R, options?: StateOptions & { readonly state?: State | null }) {
    super(message, result, options);
    const inner = options?.state ?? null;
    this.state = inner instanceof MetaState ? inner.state : inner;
  }
}
export class ClientFailed<R = unknown> extends MetaState<R> {}
export class Submitted<R = unknown> extends MetaState<R> {}
export class Queued<R = unknown> extends MetaState<R> {
  startTime: Date | null;
  constructor(message?: string | null, result?: R, options?: ScheduledOptions & { readonly state?: State | null }) {
    super(message, result, options);
    this.startTime = options?.startTime === undefined ? new Date(this.at) : options.startTime;
  }
}

export class Running<R = unknown> extends State<R> {}
export class Cancelling<R = unknown> extends Running<R> {}

export class Finished<R = unknown> extends State<R> {}

/** The task asked to run again with this result. */
export class Looped<R = unknown> extends Finished<R> {
  loopCount: number;
  constructor(message?: string | null, result?: R, options?: StateOptions & { readonly loopCount?: number }) {
    super(message, result, options);
    this.loopCount = options?.loopCount ?? 1;
  }
}

export class Success<R = unknown> extends Finished<R> {}

/** The result of an earlier run was used. */
export class Cached<R = unknown> extends Success<R> {
  /** Inputs the kept result was made from. */
  cachedInputs: Readonly<Record<string, unknown>> | undefined;
  cachedParameters: Readonly<Record<string, unknown>> | undefined;
  /** When the kept result expires; null = never. */
  cachedResultExpiration: Date | null;
  /** Where the inputs are that are not with the state; absent where there are none. */
  declare storedInputs?: Readonly<Record<string, Result>> | undefined;
  constructor(message?: string | null, result?: R, options?: StateOptions & {
    readonly cachedInputs?: Readonly<Record<string, unknown>>;
    readonly cachedParameters?: Readonly<Record<string, unknown>>;
    readonly cachedResultExpiration?: Date | null;
    readonly storedInputs?: Readonly<Record<string, Result>> | undefined;
  }) {
    super(message, result, options);
    this.cachedInputs = options?.cachedInputs;
    this.cachedParameters = options?.cachedParameters;
    this.cachedResultExpiration = options?.cachedResultExpiration ?? null;
    if (options?.storedInputs !== undefined) this.storedInputs = options.storedInputs;
  }

  override async loadCachedResults(results: Readonly<Record<string, Result>> = {}): Promise<this> {
    if (this.cachedInputs !== undefined || this.storedInputs === undefined) return this;
    const inputs: Record<string, unknown> = {};
    for (const [name, stored] of Object.entries(this.storedInputs)) {
      const input = { result: stored.value, stored };
      await loadStored(input, results[name]);
      inputs[name] = input.result;
    }
    this.cachedInputs = inputs;
    return this;
  }
}

/** Results that are read at once (count). */
const READS = 16;

/** Parent of mapped children. */
export class Mapped<R = unknown> extends Success<R> {
  mapStates: State[];
  constructor(message?: string | null, result?: R, options?: StateOptions & { readonly mapStates?: State[] }) {
    super(message, result, options);
    this.mapStates = options?.mapStates ?? [];
  }
  /** Number of children (count). */
  get nMapStates(): number { return this.mapStates.length; }

  /** Reads the children's results; then its own is the list of them. */
  override async loadResult(result?: Result): Promise<this> {
    for (let i = 0; i < this.mapStates.length; i += READS) await Promise.all(this.mapStates.slice(i, i + READS).map((child) => child.loadResult(result)));
    this.result = this.mapStates.map((child) => child.result) as R;
    return this;
  }
}

export class Skipped<R = unknown> extends Success<R> {}
export class Failed<R = unknown> extends Finished<R> {}
export class TimedOut<R = unknown> extends Failed<R> {}
export class TriggerFailed<R = unknown> extends Failed<R> {}
export class ValidationFailed<R = unknown> extends Failed<R> {}
export class Cancelled<R = unknown> extends Finished<R> {}

/** Every state class by name. */
export const STATE_CLASSES: { readonly [Name in StateName]: typeof State } = {
  State, Pending, Scheduled, Paused, Resume, Retrying, MetaState, ClientFailed, Submitted, Queued, Running, Cancelling,
  Finished, Looped, Success, Cached, Mapped, Skipped, Failed, TimedOut, TriggerFailed, ValidationFailed, Cancelled,
} as { readonly [Name in StateName]: typeof State };

for (const [name, stateClass] of Object.entries(STATE_CLASSES)) {
  Object.defineProperty(stateClass.prototype, "type", { value: name });
}

/** Where a state's class has the class of the signals that lead to it; signals.ts, which builds on states, puts it there. */
export const SIGNAL_CLASS = Symbol("signal class");

type SignalClass = new (message: string) => Error;

function signalClass(name: StateName): SignalClass | undefined {
  const { prototype } = STATE_CLASSES[name];
  return Object.hasOwn(prototype, SIGNAL_CLASS) ? (prototype as unknown as { readonly [SIGNAL_CLASS]: SignalClass })[SIGNAL_CLASS] : undefined;
}

/** The state that a signal leads to; undefined for any other value. */
function leadsTo(value: unknown): StateName | undefined {
  if (!(value instanceof Error)) return undefined;
  return (Object.keys(STATE_CLASSES) as StateName[]).find((name) => {
    const found = signalClass(name);
    return found !== undefined && value instanceof found;
  });
}

const MAKER: StateMaker<State> = {
  state: (type, message, result, at, options) => Object.assign(new STATE_CLASSES[type](message, result, options), { at }),
  signal: (name, message) => {
    const found = isStateName(name) ? signalClass(name) : undefined;
    return found === undefined ? undefined : new found(message);
  },
};
