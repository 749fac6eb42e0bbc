/** Times as text, in the language of Python's `strftime` (`%Y-%m-%d %H:%M:%S%z`), in the local time zone. */

const two = (n: number) => (n < 10 ? `0${n}` : String(n));
const three = (n: number) => String(n).padStart(3, "0");
const name = (options: Intl.DateTimeFormatOptions) => {
  let format: Intl.DateTimeFormat | undefined;
  return (date: Date) => (format ??= new Intl.DateTimeFormat("en-US", options)).format(date);
};

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
}

function dayOfYear(date: Date): number {
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / 86_400_000) + 1;
}

const zoneName = name({ timeZoneName: "short" });

const DIRECTIVES: { readonly [letter: string]: (date: Date) => string } = {
  Y: (date) => String(date.getFullYear()),
  y: (date) => two(date.getFullYear() % 100),
  m: (date) => two(date.getMonth() + 1),
  d: (date) => two(date.getDate()),
  e: (date) => String(date.getDate()).padStart(2),
  H: (date) => two(date.getHours()),
  I: (date) => two(date.getHours() % 12 || 12),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  f: (date) => `${three(date.getMilliseconds())}000`,
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  z: offset,
  Z: (date) => zoneName(date).split(", ").at(-1) as string,
  j: (date) => three(dayOfYear(date)),
  a: name({ weekday: "short" }),
  A: name({ weekday: "long" }),
  b: name({ month: "short" }),
  B: name({ month: "long" }),
  w: (date) => String(date.getDay()),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  F: (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  T: (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
  "%": () => "%",
};

/** What is wrong with a format; null: nothing. */
export function strftimeProblem(format: string): string | null {
  for (const [directive, letter] of format.matchAll(/%([\s\S]?)/g)) {
    if (!Object.hasOwn(DIRECTIVES, letter)) return `${directive} is not one of ${Object.keys(DIRECTIVES).map((known) => `%${known}`).join(" ")}`;
  }
  return null;
}

/** Makes the function that writes times in this format. @param format one without a problem */
export function strftime(format: string): (at: number) => string {
  const parts = format.split(/(%[\s\S])/).filter((part) => part !== "").map((part) => (part.length === 2 && part[0] === "%" ? DIRECTIVES[part[1]] : part));
  const write = (at: number) => {
    const date = new Date(at);
    return parts.map((part) => (typeof part === "string" ? part : part(date))).join("");
  };
  if (format.includes("%f")) return write;
  // Many records fall into one second.
  let second = NaN, written = "";
  return (at) => {
    const now = Math.floor(at / 1000);
    if (now !== second) [second, written] = [now, write(at)];
    return written;
  };
}
