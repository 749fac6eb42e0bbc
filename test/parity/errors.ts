/** Errors and signals that scenarios name. */
import { FAIL, LOOP, PAUSE, RETRY, SKIP, SUCCESS, TRIGGERFAIL, VALIDATIONFAIL, type Signal, type SignalOptions } from "../../engine/index.ts";

/** Base of the errors that scenarios throw; errors of the language itself are none of them. */
export class ScenarioError extends Error {
  override name = "Error";
}
class ErrorA extends ScenarioError {
  override name = "ErrorA";
}
class ErrorA1 extends ErrorA {
  override name = "ErrorA1";
}
class ErrorB extends ScenarioError {
  override name = "ErrorB";
}

const ERROR_CLASSES = { Error: ScenarioError, ErrorA, ErrorA1, ErrorB };

export function errorClass(name = "Error"): new (message: string) => ScenarioError {
  const found = ERROR_CLASSES[name as keyof typeof ERROR_CLASSES];
  if (found === undefined) throw new Error(`Unknown error class: ${name}.`);
  return found;
}

const SIGNALS = { FAIL, TRIGGERFAIL, VALIDATIONFAIL, SUCCESS, RETRY, SKIP, PAUSE, LOOP };

/** Fields of a signal; a missing `result` is not the same as `result: null`. */
export interface SignalFields {
  readonly signal: string;
  readonly message?: string;
  readonly result?: unknown;
  readonly startInMs?: number;
  readonly runCount?: number;
  readonly loopCount?: number;
}

export function makeSignal(fields: SignalFields): Signal {
  const signalClass = SIGNALS[fields.signal as keyof typeof SIGNALS];
  if (signalClass === undefined) throw new Error(`Unknown signal: ${fields.signal}.`);
  const options: SignalOptions = {
    ...("result" in fields ? { result: fields.result } : {}),
    ...(fields.startInMs === undefined ? {} : { startTime: new Date(Date.now() + fields.startInMs) }),
    ...(fields.runCount === undefined ? {} : { runCount: fields.runCount }),
    ...(fields.loopCount === undefined ? {} : { loopCount: fields.loopCount }),
  };
  return new signalClass(fields.message ?? "", options);
}
