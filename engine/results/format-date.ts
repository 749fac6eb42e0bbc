/** Dates by a format, as Python's strftime writes them: what a template's `{date:%Y-%m-%d}` asks for. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const padded = (value: number, length = 2): string => String(value).padStart(length, "0");

function dayOfYear(date: Date): number {
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 0)) / 86_400_000);
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  return `${minutes < 0 ? "-" : "+"}${padded(Math.floor(Math.abs(minutes) / 60))}${padded(Math.abs(minutes) % 60)}`;
}

/** What each letter after a `%` stands for; in local time, as `today` of the context is. */
const DIRECTIVES: Readonly<Record<string, (date: Date) => string>> = {
  a: (date) => DAYS[date.getDay()].slice(0, 3),
  A: (date) => DAYS[date.getDay()],
  b: (date) => MONTHS[date.getMonth()].slice(0, 3),
  B: (date) => MONTHS[date.getMonth()],
  d: (date) => padded(date.getDate()),
  f: (date) => padded(date.getMilliseconds() * 1000, 6),
  F: (date) => `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`,
  H: (date) => padded(date.getHours()),
  I: (date) => padded(date.getHours() % 12 || 12),
  j: (date) => padded(dayOfYear(date), 3),
  m: (date) => padded(date.getMonth() + 1),
  M: (date) => padded(date.getMinutes()),
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  S: (date) => padded(date.getSeconds()),
  T: (date) => `${padded(date.getHours())}:${padded(date.getMinutes())}:${padded(date.getSeconds())}`,
  u: (date) => String(date.getDay() || 7),
  w: (date) => String(date.getDay()),
  y: (date) => padded(date.getFullYear() % 100),
  Y: (date) => padded(date.getFullYear(), 4),
  z: offset,
  "%": () => "%",
};

/** Letters that a format may use after a `%`. */
export const DATE_DIRECTIVES: readonly string[] = Object.keys(DIRECTIVES);

/**
 * The date by a format like `%Y-%m-%d` (local time).
 * @returns undefined where the format has a letter that is not known, or the date is none
 */
export function formatDate(date: Date, format: string): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  let unknown = /%$/.test(format.replaceAll("%%", ""));
  const text = format.replaceAll(/%(.)/gs, (_, letter: string) => {
    const write = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
    unknown ||= write === undefined;
    return write === undefined ? "" : write(date);
  });
  return unknown ? undefined : text;
}
