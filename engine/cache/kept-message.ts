/** What the state of a task says whose kept result is used. */
import { formatClock, formatDuration } from "./format-time.ts";
import type { KeptResult } from "./kept-result.ts";

let lastTexts = { clock: "", duration: "", message: "" };

/** Many kept tasks of a run were kept at the same second and are as short: they have one message. */
export function keptMessage({ at, duration: milliseconds }: Pick<KeptResult, "at" | "duration">): string {
  const clock = formatClock(at), duration = formatDuration(milliseconds);
  if (lastTexts.clock !== clock || lastTexts.duration !== duration) lastTexts = { clock, duration, message: `Kept from ${clock}, saved ${duration}.` };
  return lastTexts.message;
}
