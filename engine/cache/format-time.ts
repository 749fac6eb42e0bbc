/** Times and durations as reasons and messages say them. */

let clockSecond = 0;
let clockText = "";

/** `14:02:11`; the latest second is remembered: a run of many kept tasks asks for it many times. @param at milliseconds since 1970 */
export function formatClock(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== clockSecond) {
    clockSecond = second;
    clockText = new Date(at).toTimeString().slice(0, 8);
  }
  return clockText;
}

/** `12 ms`, `8.2 s`, `3 min 5 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0.5) return "0 ms";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

/** `3 min ago`, `2 days ago`. @param milliseconds since then */
export function formatAge(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  if (minutes < 1) return `${Math.max(0, Math.round(milliseconds / 1000))} s ago`;
  if (minutes < 100) return `${Math.round(minutes)} min ago`;
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours)} h ago` : `${Math.round(hours / 24)} days ago`;
}
