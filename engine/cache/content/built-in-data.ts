/** Content of what keeps its data out of sight, and tells them by methods: URLs, Temporal, formatters of Intl. */

/** What such an object is and holds. */
export interface BuiltInContent {
  readonly kind: string;
  readonly data: unknown;
}

const DURATION = ["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"] as const;

/** Null: the object is of no such kind, or of a class that extends one. */
export function builtInContent(value: object): BuiltInContent | null {
  const prototype = Object.getPrototypeOf(value) as object;
  if (prototype === URL.prototype) return { kind: "URL", data: (value as URL).href };
  if (prototype === URLSearchParams.prototype) return { kind: "URLSearchParams", data: String(value) };
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  if (typeof tag !== "string") return null;
  if (tag.startsWith("Intl.")) return ofIntl(value, prototype, tag);
  if (tag.startsWith("Temporal.")) return ofTemporal(value, prototype, tag);
  return null;
}

function ofIntl(value: object, prototype: object, tag: string): BuiltInContent | null {
  const made = (Intl as unknown as Record<string, { readonly prototype: object } | undefined>)[tag.slice("Intl.".length)];
  if (made?.prototype !== prototype) return null;
  const { resolvedOptions } = value as { resolvedOptions?: () => object };
  return { kind: tag, data: typeof resolvedOptions === "function" ? resolvedOptions.call(value) : String(value) };
}

function ofTemporal(value: object, prototype: object, tag: string): BuiltInContent | null {
  const { Temporal } = globalThis as { Temporal?: Record<string, { readonly prototype: object } | undefined> };
  const kind = tag.slice("Temporal.".length);
  if (Temporal?.[kind]?.prototype !== prototype) return null;
  // Its text would say the same of a second and of a thousand milliseconds.
  if (kind === "Duration") return { kind: tag, data: DURATION.map((unit) => (value as Record<string, number>)[unit]) };
  const { toString } = value as { toString(options?: object): string };
  return { kind: tag, data: kind === "Instant" || kind === "PlainTime" ? toString.call(value) : toString.call(value, { calendarName: "always" }) };
}
