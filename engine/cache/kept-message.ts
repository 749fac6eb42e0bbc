/** What the state of a task says whose kept result is used. */
import { formatAge, formatClock, formatDuration } from "./format-time.ts";
import type { KeptResult } from "./kept-result.ts";

let lastTexts = { clock: "", duration: "", message: "" };

/** Many kept tasks of a run were kept at the same second and are as short: they have one message. */
export function keptMessage({ at, duration: milliseconds }: Pick<KeptResult, "at" | "duration">): string {
  const clock = formatClock(at), duration = formatDuration(milliseconds);
  if (lastTexts.clock !== clock || lastTexts.duration !== duration) lastTexts = { clock, duration, message: `Kept from ${clock}, saved ${duration}.` };
  return lastTexts.message;
}

/** Why a task does not run whose kept result is used: "kept", "kept from outside: fetch, 3 min ago". */
export function keptReason({ outside, at }: Pick<KeptResult, "outside" | "at">): string {
  return outside.length === 0 ? "kept" : `kept from outside: ${outside.join(", ")}, ${formatAge(Date.now() - at)}`;
}
