/** Instants and durations that stay right while they are looked at. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { durationText, exactTime, relativeTime } from "./format-time.ts";

/** The time, read again every `interval` milliseconds; null: only now. */
export function useNow(interval: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (interval === null) return;
    const timer = setInterval(() => { if (document.visibilityState === "visible") setNow(Date.now()); }, interval);
    return () => clearInterval(timer);
  }, [interval]);
  return interval === null ? now : Math.max(now, Date.now());
}

/** How long ago, or until; the exact time is its title. @param at ISO text; null: `none` */
export function TimeAgo({ at, none = "–" }: { readonly at: string | null; readonly none?: string }): JSX.Element {
  const instant = at === null ? Number.NaN : Date.parse(at);
  const distance = Math.abs(Date.now() - instant);
  const now = useNow(Number.isNaN(instant) ? null : distance < 60_000 ? 1000 : distance < 3_600_000 ? 15_000 : 60_000);
  if (Number.isNaN(instant)) return <span class="faint">{none}</span>;
  return <time class="time" dateTime={at ?? ""} title={exactTime(instant)}>{relativeTime(instant, now)}</time>;
}

/** How long it took, or takes so far. @param from, to ISO texts; `to` null: it goes on; `from` null: `none` */
export function Duration({ from, to, none = "–" }: { readonly from: string | null; readonly to: string | null; readonly none?: string }): JSX.Element {
  const begun = from === null ? Number.NaN : Date.parse(from);
  const ended = to === null ? null : Date.parse(to);
  const now = useNow(Number.isNaN(begun) || ended !== null ? null : 1000);
  if (Number.isNaN(begun)) return <span class="faint">{none}</span>;
  const length = (ended ?? Math.max(now, Date.now())) - begun;
  // Something that goes on is counted in whole seconds: tenths that do not move look broken.
  return <span class="time">{durationText(ended === null && length >= 1000 ? Math.floor(length / 1000) * 1000 : length).replace(/\.0 s$/, " s")}</span>;
}
