/** Times and durations as people read them. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `in 3 min`, `12 s ago`, `yesterday`… @param now milliseconds since 1970, as `at` */
export function relativeTime(at: number, now: number): string {
  const past = now - at;
  const length = Math.abs(past);
  if (length < 5 * SECOND) return past >= 0 ? "just now" : "now";
  const text = length < MINUTE ? `${Math.floor(length / SECOND)} s`
    : length < HOUR ? `${Math.floor(length / MINUTE)} min`
      : length < DAY ? `${Math.floor(length / HOUR)} h`
        : length < 60 * DAY ? plural(Math.floor(length / DAY), "day") : new Date(at).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
  if (length >= 60 * DAY) return text;
  return past >= 0 ? `${text} ago` : `in ${text}`;
}

/** Date, time to the second and time zone. */
export function exactTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
}

/** Time of day to the millisecond: `14:03:07.123`. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

/** `340 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. @param length milliseconds; a negative one counts as 0 */
export function durationText(length: number): string {
  const rest = Math.max(0, length);
  if (rest < SECOND) return `${Math.floor(rest)} ms`;
  if (rest < 10 * SECOND) return `${(Math.floor(rest / 100) / 10).toFixed(1)} s`;
  if (rest < MINUTE) return `${Math.floor(rest / SECOND)} s`;
  if (rest < HOUR) return both(Math.floor(rest / MINUTE), "min", Math.floor((rest % MINUTE) / SECOND), "s");
  if (rest < DAY) return both(Math.floor(rest / HOUR), "h", Math.floor((rest % HOUR) / MINUTE), "min");
  return both(Math.floor(rest / DAY), "d", Math.floor((rest % DAY) / HOUR), "h");
}

/** `1 run`, `12,000 runs`. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function both(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
