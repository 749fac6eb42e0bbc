/** The time that the dashboard looks at: how long, and in how many bars. */

export interface TimeRange {
  /** In the address. */
  readonly id: string;
  readonly text: string;
  /** In words: `in the last 24 hours`. */
  readonly words: string;
  /** Length of a bar (milliseconds). */
  readonly span: number;
  readonly spans: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const TIME_RANGES: readonly TimeRange[] = [
  { id: "1h", text: "1 h", words: "in the last hour", span: 2 * MINUTE, spans: 30 },
  { id: "24h", text: "24 h", words: "in the last 24 hours", span: 30 * MINUTE, spans: 48 },
  { id: "7d", text: "7 days", words: "in the last 7 days", span: 3 * HOUR, spans: 56 },
  { id: "30d", text: "30 days", words: "in the last 30 days", span: 12 * HOUR, spans: 60 },
];

/** The range of an address; 24 hours where it names none. */
export function timeRange(id: string | null): TimeRange {
  return TIME_RANGES.find((range) => range.id === id) ?? TIME_RANGES[1]!;
}

/** When it begins and ends: at borders of bars, so that the same bars are asked for while one lasts; the last one holds `now`. */
export function rangeBorders({ span, spans }: TimeRange, now: number): { readonly since: Date; readonly until: Date } {
  const end = (Math.floor(now / span) + 1) * span;
  return { since: new Date(end - spans * span), until: new Date(end) };
}
