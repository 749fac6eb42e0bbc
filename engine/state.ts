/**
 * States: the outcome so far of a task run or flow run, as a value. Hierarchy, messages and predicates are Prefect's
 * (prefect.engine.state); names, parents and colours come from the table in protocol/states.ts.
 */
import { STATES, isStateKind, type StateName } from "../protocol/states.ts";

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

  constructor(message: string | null = null, result?: R, options?: StateOptions) {
    this.message = message;
    this.result = result as R;
    this.at = Date.now();
    this.context = options?.context;
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
  constructor(message?: string | null, result?: R, options?: StateOptions & {
    readonly cachedInputs?: Readonly<Record<string, unknown>>;
    readonly cachedParameters?: Readonly<Record<string, unknown>>;
    readonly cachedResultExpiration?: Date | null;
  }) {
    super(message, result, options);
    this.cachedInputs = options?.cachedInputs;
    this.cachedParameters = options?.cachedParameters;
    this.cachedResultExpiration = options?.cachedResultExpiration ?? null;
  }
}

/** Parent of mapped children. */
export class Mapped<R = unknown> extends Success<R> {
  mapStates: State[];
  constructor(message?: string | null, result?: R, options?: StateOptions & { readonly mapStates?: State[] }) {
    super(message, result, options);
    this.mapStates = options?.mapStates ?? [];
  }
  /** Number of children (count). */
  get nMapStates(): number { return this.mapStates.length; }
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
