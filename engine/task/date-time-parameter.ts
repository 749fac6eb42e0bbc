/** Parameters that are points in time (prefect.core.parameter.DateTimeParameter). */
import { describeValue } from "../errors.ts";
import { JsonResult } from "../results/json-result.ts";
import { DateTimeSerializer } from "../results/serializers/date-time-serializer.ts";
import { Parameter } from "./parameter.ts";

/** `2026-11-25`, `2026-11-25T09:30`, `2026-11-25 09:30:00.5+01:00` */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * A point in time: given as a Date or as an ISO text, of which tasks get the Date; null stays null. A text without a time zone
 * is taken as UTC. Anything else fails the parameter's task.
 *
 * Differs: required when there is no default, as every Parameter; the original demands a value even where there is one.
 */
export class DateTimeParameter extends Parameter<Date | null> {
  static override readonly result = new JsonResult<unknown>({ serializer: new DateTimeSerializer() });

  override run(): Date | null {
    return toDate(this.name, super.run() as unknown);
  }
}

function toDate(name: string, value: unknown): Date | null {
  if (value === null || value === undefined) return null;
  const date = value instanceof Date ? value : typeof value === "string" ? parseIso(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw new TypeError(`Parameter "${name}" must be a Date or an ISO text such as 2026-11-25T09:30:00Z, got ${describeValue(value)}.`);
  return date;
}

function parseIso(text: string): Date | undefined {
  const parts = ISO.exec(text.trim());
  if (parts === null) return undefined;
  const [, day, time = "00:00", zone = "Z"] = parts;
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2").toUpperCase();
  const date = new Date(`${day}T${time.replace(",", ".")}${offset}`);
  // A day that its month does not have is none: Date would count on into the next month.
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day) ? date : undefined;
}
