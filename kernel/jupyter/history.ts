/**
 * Inputs and outputs of this kernel's life, for history_request. In memory; one session, numbered 0 as Jupyter numbers
 * the current one. Source: Jupyter, "History".
 */
import { readNumber, type Json } from "./messages.ts";

/** `[session, execution count, input]`, or with `[input, output]` where output was asked for. */
export type HistoryEntry = readonly [session: number, line: number, input: string | readonly [string, string | null]];

interface Line {
  readonly count: number;
  readonly input: string;
  output: string | null;
}

/** What was executed. */
export class History {
  readonly #lines: Line[] = [];

  /** Adds an input; its output may follow. */
  add(executionCount: number, input: string): void {
    this.#lines.push({ count: executionCount, input, output: null });
  }

  /** Adds the text of the last input's result. */
  setOutput(executionCount: number, output: string): void {
    const line = this.#lines.at(-1);
    if (line?.count === executionCount) line.output = output;
  }

  /** Answers a history_request; what is malformed or unknown finds nothing. */
  find(request: Json): HistoryEntry[] {
    const limit = Math.max(0, readNumber(request, "n", Infinity));
    const withOutput = request["output"] === true;
    const entry = (line: Line): HistoryEntry => [0, line.count, withOutput ? [line.input, line.output] : line.input];
    switch (request["hist_access_type"]) {
      case "tail":
        return this.#last(this.#lines, limit).map(entry);
      case "range": {
        const session = readNumber(request, "session", 0);
        const start = readNumber(request, "start", 0);
        const stop = readNumber(request, "stop", Infinity);
        return session === 0 ? this.#lines.filter((line) => line.count >= start && line.count < stop).map(entry) : [];
      }
      case "search": {
        const pattern = globPattern(typeof request["pattern"] === "string" ? request["pattern"] : "*");
        let found = this.#lines.filter((line) => pattern(line.input));
        // Of equal inputs the latest counts.
        if (request["unique"] === true) found = [...new Map(found.map((line) => [line.input, line])).values()];
        return this.#last(found, limit).map(entry);
      }
      default:
        return [];
    }
  }

  #last(lines: readonly Line[], limit: number): readonly Line[] {
    return limit >= lines.length ? lines : lines.slice(lines.length - limit);
  }
}

/** A matcher for SQLite's GLOB as IPython uses it: `*` any text, `?` any character, `[…]` a set; linear in the text for each `*`. */
function globPattern(pattern: string): (text: string) => boolean {
  const parts: (((character: string) => boolean) | "any")[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    const end = character === "[" ? pattern.indexOf("]", at + 2) : -1;
    if (character === "*") {
      if (parts.at(-1) !== "any") parts.push("any");
    } else if (character === "?") {
      parts.push(() => true);
    } else if (end > 0) {
      parts.push(characterSet(pattern.slice(at + 1, end)));
      at = end;
    } else {
      parts.push((other) => other === character);
    }
  }
  // Greedy match with one step back to the last "*": never exponential.
  return (text) => {
    let part = 0, at = 0, star = -1, starAt = 0;
    while (at < text.length) {
      const token = parts[part];
      if (token === "any") {
        star = part++;
        starAt = at;
      } else if (token?.(text[at] as string)) {
        part++;
        at++;
      } else if (star >= 0) {
        part = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (parts[part] === "any") part++;
    return part === parts.length;
  };
}

function characterSet(set: string): (character: string) => boolean {
  const negated = set.startsWith("^");
  const members = negated ? set.slice(1) : set;
  return (character) => {
    let found = false;
    for (let at = 0; at < members.length && !found; at++) {
      if (members[at + 1] === "-" && at + 2 < members.length) {
        found = (members[at] as string) <= character && character <= (members[at + 2] as string);
        at += 2;
      } else {
        found = members[at] === character;
      }
    }
    return found !== negated;
  };
}
