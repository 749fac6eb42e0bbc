/** The dates that a flow run's context has. */

/** A day and its neighbours. */
export interface ContextDates {
  readonly date: Date;
  readonly today: string;
  readonly yesterday: string;
  readonly tomorrow: string;
  readonly todayNodash: string;
  readonly yesterdayNodash: string;
  readonly tomorrowNodash: string;
}

/**
 * @param date what the run is for
 * @param day its day, `YYYY-MM-DD`. Default: in the local time zone
 */
export function contextDates(date: Date, day: string = localDay(date)): ContextDates {
  const noon = Date.parse(`${day}T12:00Z`);
  const dayAt = (offset: number) => new Date(noon + offset * 86_400_000).toISOString().slice(0, 10);
  const [yesterday, today, tomorrow] = [dayAt(-1), dayAt(0), dayAt(1)];
  const nodash = (text: string) => text.replaceAll("-", "");
  return { date, today, yesterday, tomorrow, todayNodash: nodash(today), yesterdayNodash: nodash(yesterday), tomorrowNodash: nodash(tomorrow) };
}

function localDay(date: Date): string {
  return `${String(date.getFullYear()).padStart(4, "0")}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * A date that a user gave: a Date, or a text in ISO 8601 (without a zone: local time). The day of a text is the one that it says,
 * wherever it is read.
 * @returns null where it is none
 */
export function parseContextDate(given: unknown): { readonly date: Date; readonly day?: string } | null {
  if (given instanceof Date) return Number.isNaN(given.getTime()) ? null : { date: given };
  if (typeof given !== "string") return null;
  const parts = ISO.exec(given.trim());
  if (parts === null) return null;
  const [, year, month, day, time = "00:00", zone = ""] = parts;
  const days = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (days.getUTCMonth() !== Number(month) - 1 || days.getUTCDate() !== Number(day)) return null;
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2").toUpperCase();
  const date = new Date(`${year}-${month}-${day}T${time.replace(",", ".")}${offset}`);
  return Number.isNaN(date.getTime()) ? null : { date, day: `${year}-${month}-${day}` };
}
