/**
 * Signals: thrown inside a task, a trigger or a state handler to put the run into a state (prefect.engine.signals).
 *
 * Differs: in Python a signal passes through `except Exception`; JavaScript's `catch` catches everything, so a task that
 * catches what it calls must throw signals on (`if (error instanceof Signal) throw error`).
 */
import {
  Failed, Looped, Paused, Retrying, SIGNAL_CLASS, STATE_CLASSES, Skipped, Success, TriggerFailed, ValidationFailed, type State, type StateOptions,
} from "./state.ts";
import { context } from "./context.ts";

/** Options of a signal: the result (default: the signal itself) and the fields of its state. */
export interface SignalOptions {
  readonly result?: unknown;
  /** RETRY, PAUSE: earliest start. */
  readonly startTime?: Date | null;
  /** RETRY: attempts so far (count). Default: those of the running task. */
  readonly runCount?: number;
  /** LOOP: the iteration that just ended (count, from 1). Default: that of the running task. */
  readonly loopCount?: number;
}

type SignalState = new (message: string | null, result: unknown, options: SignalOptions & StateOptions) => State;

/** Base of all signals. */
export abstract class Signal extends Error {
  /** The state that the run takes. */
  readonly state: State;

  constructor(message: string, stateClass: SignalState, options: SignalOptions = {}) {
    super(message);
    this.name = new.target.name;
    this.state = new stateClass(message === "" ? null : message, "result" in options ? options.result : this, options);
  }
}

/** Ends the run as Failed. */
export class FAIL extends Signal {
  constructor(message = "", options?: SignalOptions) { super(message, Failed, options); }
}
export class TRIGGERFAIL extends Signal {
  constructor(message = "", options?: SignalOptions) { super(message, TriggerFailed, options); }
}
export class VALIDATIONFAIL extends Signal {
  constructor(message = "", options?: SignalOptions) { super(message, ValidationFailed, options); }
}
/** Ends the run as Success; `result` is the task's output. */
export class SUCCESS extends Signal {
  constructor(message = "", options?: SignalOptions) { super(message, Success, options); }
}
/** Runs the task again, at `startTime` (default now), whatever `maxRetries` says. */
export class RETRY extends Signal {
  constructor(message = "", options?: SignalOptions) { super(message, Retrying, { runCount: context.taskRunCount, ...options }); }
}
/** Ends the run as Skipped. */
export class SKIP extends Signal {
  constructor(message = "", options?: SignalOptions) { super(message, Skipped, options); }
}
/** Waits for approval. */
export class PAUSE extends Signal {
  constructor(message = "", options?: SignalOptions) { super(message, Paused, options); }
}
/** Runs the task again with `result` as `context.taskLoopResult`. */
export class LOOP extends Signal {
  constructor(message = "", options: SignalOptions = {}) {
    super(message, Looped, { loopCount: context.taskLoopCount, result: `LOOP(${JSON.stringify(message)})`, ...options });
  }
}

const SIGNALS = { Failed: FAIL, TriggerFailed: TRIGGERFAIL, ValidationFailed: VALIDATIONFAIL, Success: SUCCESS, Retrying: RETRY, Skipped: SKIP, Paused: PAUSE, Looped: LOOP };

for (const [name, signalClass] of Object.entries(SIGNALS)) Object.defineProperty(STATE_CLASSES[name as keyof typeof SIGNALS].prototype, SIGNAL_CLASS, { value: signalClass });

/**
 * The signal that leads to a state like this one.
 * @throws TypeError for a state no signal leads to (e.g. Running)
 */
export function signalFromState(state: State): Signal {
  const signalClass = SIGNALS[state.type as keyof typeof SIGNALS];
  if (!signalClass) throw new TypeError(`No signal leads to the state ${state.type}.`);
  return new signalClass(state.message ?? "", { ...state, result: state.result });
}
