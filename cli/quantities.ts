/** Sizes, durations and ages, as one types and reads them. */
import { InvalidArgumentError } from "commander";

const SIZES: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9, t: 1e12, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };
const SPANS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, min: 60e3, h: 3600e3, d: 86_400e3, w: 7 * 86_400e3 };

function quantity(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = number === undefined ? undefined : units[(unit as string).toLowerCase()];
  if (factor === undefined) throw new InvalidArgumentError(`Expected ${expected}, got ${JSON.stringify(text)}.`);
  return Math.round(Number(number) * factor);
}

/** `500MB`, `2 GB`, `1048576` → bytes */
export function parseSize(text: string): number { return quantity(text, SIZES, "a size such as 500MB or 2GB"); }

/** `7d`, `12h`, `30min` → milliseconds */
export function parseSpan(text: string): number { return quantity(text, SPANS, "a time such as 7d, 12h or 30min"); }

/** `812 B`, `1.4 MB` */
export function formatSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0, size = bytes;
  for (; size >= 999.95 && unit < units.length - 1; unit++) size /= 1000;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** `40 s`, `3 min`, `5 h`, `12 d` */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `2026-01-31 14:02:11`, in local time */
export function formatTime(at: number): string {
  const date = new Date(at), two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `10`; 1 or more */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text.trim())) throw new InvalidArgumentError(`Expected a whole number, 1 or more, got ${JSON.stringify(text)}.`);
  return Number(text);
}

/** `8080`; 0 is a free one */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text.trim()) || Number(text) > 65535) throw new InvalidArgumentError(`Expected a port, 0 to 65535, got ${JSON.stringify(text)}.`);
  return Number(text);
}
