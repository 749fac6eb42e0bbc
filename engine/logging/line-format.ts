/** Log lines in the language of Python's logging: `[%(asctime)s] %(levelname)s - %(name)s | %(message)s`. */
import { inspect } from "node:util";
import { LOG_LEVELS, type LogRecord } from "./log-record.ts";
import { strftime } from "./strftime.ts";

/** Keys of a format, and what each writes. `asctime` is written as `datefmt` says. */
const KEYS: { readonly [key: string]: (record: LogRecord) => unknown } = {
  levelname: (record) => record.level,
  levelno: (record) => LOG_LEVELS[record.level],
  name: (record) => record.logger,
  message: (record) => record.message,
  created: (record) => record.at / 1000,
  msecs: (record) => record.at % 1000,
  process: () => process.pid,
  flow_name: (record) => record.flowName,
  flow_run_id: (record) => record.flowRunId,
  task_name: (record) => record.taskName,
  task_slug: (record) => record.taskSlug,
  task_run_id: (record) => record.taskRunId,
};

const camelCase = (name: string) => name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const BY_EITHER_NAME = new Map([...Object.keys(KEYS), "asctime"].flatMap((key) => [[key, key], [camelCase(key), key]]));

/** `%(name)s`, `%(levelname)-8s`, `%(msecs)03d`, `%%` */
const PLACE = /%(?:%|\(([^)]*)\)([-0 ]*)(\d{0,3})(?:\.(\d{1,2}))?([sdfr]))/g;

/** What is wrong with a format; null: nothing. @param attributes names of context entries that records carry too */
export function lineFormatProblem(format: string, attributes: readonly string[] = []): string | null {
  for (const [, key] of format.matchAll(PLACE)) {
    if (key !== undefined && !BY_EITHER_NAME.has(key) && !attributes.includes(key)) return `%(${key})s is neither one of ${["asctime", ...Object.keys(KEYS)].join(", ")} nor in logging.logAttributes`;
  }
  const rest = format.replaceAll(PLACE, "");
  return rest.includes("%") ? `"${rest.slice(rest.indexOf("%")).slice(0, 20)}" is no place like %(message)s; a percent sign is written %%` : null;
}

/** Makes the function that writes records in this format. @param format and @param datefmt ones without a problem */
export function lineFormat(format: string, datefmt: string): (record: LogRecord) => string {
  const time = strftime(datefmt);
  const parts: (string | ((record: LogRecord) => string))[] = [];
  let end = 0;
  for (const place of format.matchAll(PLACE)) {
    parts.push(format.slice(end, place.index));
    end = place.index + place[0].length;
    const [, key, flags, width, precision, kind] = place;
    if (key === undefined) parts.push("%");
    else parts.push(placeWriter(reader(key, time), { flags, width: Number(width), precision, kind }));
  }
  parts.push(format.slice(end));
  const used = parts.filter((part) => part !== "");
  return (record) => {
    let line = "";
    for (const part of used) line += typeof part === "string" ? part : part(record);
    return line;
  };
}

function reader(key: string, time: (at: number) => string): (record: LogRecord) => unknown {
  const known = BY_EITHER_NAME.get(key);
  if (known === "asctime") return (record) => time(record.at);
  return known === undefined ? (record) => record.attributes?.[key] : KEYS[known];
}

function placeWriter(read: (record: LogRecord) => unknown, { flags, width, precision, kind }: { readonly flags: string; readonly width: number; readonly precision: string | undefined; readonly kind: string }): (record: LogRecord) => string {
  const write = (value: unknown): string => {
    if (value === undefined || value === null) return "-";
    if (kind === "d") return String(Math.trunc(Number(value)));
    if (kind === "f") return Number(value).toFixed(precision === undefined ? 6 : Number(precision));
    const text = typeof value === "string" ? value : inspect(value, { breakLength: Infinity });
    return precision === undefined ? text : text.slice(0, Number(precision));
  };
  if (width === 0) return (record) => write(read(record));
  if (flags.includes("-")) return (record) => write(read(record)).padEnd(width);
  return (record) => write(read(record)).padStart(width, flags.includes("0") && kind !== "s" ? "0" : " ");
}
