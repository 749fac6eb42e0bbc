/**
 * Kinds of configuration values: what each accepts. A value comes from TOML with its type, or as a text: from the environment,
 * or quoted in a file, as Prefect's own files have them.
 */

/** How a value is read. */
export interface ValueKind<T> {
  /** What is expected, in words. */
  readonly expected: string;
  /** The value; undefined where it is none of this kind. */
  read(value: unknown): T | undefined;
  /** Its texts may name environment variables (`$VAR`) and the home folder (`~`). */
  readonly isPath?: true;
  /** A section of free names; `read` is given the value of one. */
  readonly isFree?: true;
  /** A secret: nothing in it is filled in, and it is in no print, copy or message. */
  readonly isHidden?: true;
}

/** A text in quotes of its own, as one writes it where a value may be of any type, without them. */
function unquoted(text: string): string {
  const quote = text[0];
  return text.length >= 2 && (quote === '"' || quote === "'") && text.at(-1) === quote ? text.slice(1, -1) : text;
}

/** Words that Prefect's files and people use for "not set": TOML has no null. */
const NOTHING = new Set<unknown>([false, null, "false", "none", "null", ""]);
const lower = (value: unknown) => (typeof value === "string" ? value.trim().toLowerCase() : value);

function numberFrom(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^\s*[-+]?(\d[\d_]*)(\.\d+)?(e[-+]?\d+)?\s*$/i.test(value)) return undefined;
  return Number(value.replaceAll("_", ""));
}

export const text: ValueKind<string> = {
  expected: "a text",
  read: (value) => (typeof value === "string" ? unquoted(value) : typeof value === "number" || typeof value === "boolean" ? String(value) : undefined),
};

/** A secret text, or none. */
export const hidden: ValueKind<string | null> = {
  expected: "a text, or false for the default",
  isHidden: true,
  read: (value) => (NOTHING.has(lower(value)) ? null : text.read(value)),
};

export const path: ValueKind<string> = {
  expected: "a path",
  isPath: true,
  read: (value) => (typeof value === "string" && value !== "" ? unquoted(value) : undefined),
};

const TRUE = new Set<unknown>([true, "true", "yes", "on", "1", 1]);
const FALSE = new Set<unknown>([false, "false", "no", "off", "0", 0]);
export const flag: ValueKind<boolean> = {
  expected: "true or false",
  read: (value) => (TRUE.has(lower(value)) ? true : FALSE.has(lower(value)) ? false : undefined),
};

/** True, false, or `auto`: null. */
export const autoFlag: ValueKind<boolean | null> = {
  expected: "true, false or auto",
  read: (value) => (lower(value) === "auto" ? null : flag.read(value)),
};

/** A whole number from `least` to `most`. `false` counts as 0 where 0 is allowed. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): ValueKind<number> {
  return {
    expected: most === Number.MAX_SAFE_INTEGER ? `a whole number, ${least} or more` : `a whole number from ${least} to ${most}`,
    read(value) {
      const number = least === 0 && NOTHING.has(lower(value)) ? 0 : numberFrom(value);
      return number !== undefined && Number.isInteger(number) && number >= least && number <= most ? number : undefined;
    },
  };
}

/** A value of a kind, or none. */
export function orNone<T>(kind: ValueKind<T>): ValueKind<T | null> {
  return { ...kind, expected: `${kind.expected}, or false for the default`, read: (value) => (NOTHING.has(lower(value)) ? null : kind.read(value)) };
}

/** A duration or none; `above`: it must be more than 0. */
export function milliseconds({ above }: { readonly above: boolean }): ValueKind<number | null> {
  return {
    expected: `milliseconds, ${above ? "above 0" : "0 or more"}, or false for none`,
    read(value) {
      if (NOTHING.has(lower(value))) return null;
      const number = numberFrom(value);
      return number !== undefined && Number.isFinite(number) && (above ? number > 0 : number >= 0) ? number : undefined;
    },
  };
}

/** One of these words, in any case. */
export function oneOf<Word extends string>(words: readonly Word[]): ValueKind<Word> {
  return {
    expected: `one of ${words.join(", ")}`,
    read(value) {
      if (typeof value !== "string") return undefined;
      const wanted = unquoted(value.trim()).toLowerCase();
      return words.find((word) => word.toLowerCase() === wanted);
    },
  };
}

/** A list of names: a TOML array; as a text `["a", "b"]`, `['a', 'b']` or `a, b`. */
export const names: ValueKind<readonly string[]> = {
  expected: "a list of texts",
  read(value) {
    const list = typeof value === "string" ? namesFrom(value.trim()) : value;
    if (!Array.isArray(list) || !list.every((name) => typeof name === "string")) return undefined;
    return Object.freeze((list as string[]).map((name) => name.trim()).filter((name) => name !== ""));
  },
};

function namesFrom(value: string): unknown {
  if (!value.startsWith("[")) return value.split(",");
  try {
    return JSON.parse(value.replaceAll("'", '"'));
  } catch {
    return undefined;
  }
}

/** A text that passes a check of its own. @param problem what is wrong with a text; null: nothing */
export function checkedText(expected: string, problem: (value: string) => string | null): ValueKind<string> {
  return { expected, read: (value) => (typeof value === "string" && problem(unquoted(value)) === null ? unquoted(value) : undefined) };
}

/** A section of free names with values of any type. */
export const entries: ValueKind<Readonly<Record<string, unknown>>> = { expected: "a section", isFree: true, read: () => undefined };

/** A text from the environment as the value it is written like: `true`, `1.5`, JSON; else the text. */
export function literal(value: string): unknown {
  const word = lower(value);
  if (word === "true" || word === "false") return word === "true";
  try {
    const parsed = JSON.parse(value) as unknown;
    // An id of twenty digits is no number.
    return typeof parsed === "number" && Number.isInteger(parsed) && !Number.isSafeInteger(parsed) ? value : parsed;
  } catch {
    return unquoted(value);
  }
}
