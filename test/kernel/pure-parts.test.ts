import { describe, expect, test } from "vitest";
import { toCodePoints, toUtf16 } from "../../kernel/jupyter/code-points.ts";
import { History } from "../../kernel/jupyter/history.ts";
import { describeTypeErrors } from "../../kernel/jupyter/type-errors.ts";
import { encodeLine, LineReader } from "../../kernel/user-process/json-lines.ts";
import { fenceMark } from "../../kernel/user-process/link.ts";
import { RawOutput } from "../../kernel/user-process/raw-output.ts";

describe("positions", () => {
  test.each([["abc", 2, 2], ["a😀b", 2, 3], ["a😀b", 3, 4], ["😀😀", 1, 2], ["", 5, 0], ["ab", 9, 2], ["ab", Infinity, 2]])(
    "in %j, code point %d is UTF-16 unit %d", (text, codePoints, units) => expect(toUtf16(text, codePoints)).toBe(units),
  );
  test.each([["abc", 2, 2], ["a😀b", 3, 2], ["a😀b", 4, 3], ["ab", 9, 2]])(
    "in %j, UTF-16 unit %d is code point %d", (text, units, codePoints) => expect(toCodePoints(text, units)).toBe(codePoints),
  );
});

describe("history", () => {
  const history = new History();
  for (const [count, input] of [[1, "1 + 1"], [2, "const a = [1]"], [3, "1 + 1"], [4, "a.length"]] as const) {
    history.add(count, input);
    history.setOutput(count, `out ${count}`);
  }
  const lines = (request: object) => history.find(request as never).map(([, line]) => line);

  test.each([
    [{ hist_access_type: "tail", n: 2 }, [3, 4]],
    [{ hist_access_type: "tail", n: 99 }, [1, 2, 3, 4]],
    [{ hist_access_type: "tail", n: 0 }, []],
    [{ hist_access_type: "range", session: 0, start: 2, stop: 4 }, [2, 3]],
    [{ hist_access_type: "range", session: 5, start: 1, stop: 4 }, []],
    [{ hist_access_type: "search", pattern: "1 [+]*" }, [1, 3]],
    [{ hist_access_type: "search", pattern: "1*", unique: true }, [3]],
    [{ hist_access_type: "search", pattern: "*", n: 3 }, [2, 3, 4]],
    [{ hist_access_type: "search", pattern: "const ? = [[]1]" }, [2]],
    [{ hist_access_type: "search", pattern: "[^a-c]*1" }, [1, 3]],
    [{ hist_access_type: "search", pattern: "[" }, []],
    [{ hist_access_type: "search", pattern: 5 }, [1, 2, 3, 4]],
    [{ hist_access_type: "nonsense" }, []],
    [{}, []],
  ])("%j finds %j", (request, expected) => expect(lines(request)).toEqual(expected));

  test("gives outputs where they are asked for", () => {
    expect(history.find({ hist_access_type: "tail", n: 1, output: true })).toEqual([[0, 4, ["a.length", "out 4"]]]);
  });

  test("a pattern of many stars does not take for ever", () => {
    const long = new History();
    long.add(1, "a".repeat(5_000));
    expect(long.find({ hist_access_type: "search", pattern: "*a".repeat(50) + "*b" })).toEqual([]);
  });
});

describe("lines of JSON", () => {
  const read = (chunks: Buffer[]) => {
    const objects: object[] = [];
    const malformed: string[] = [];
    const reader = new LineReader((object) => objects.push(object), (line) => malformed.push(line));
    for (const chunk of chunks) reader.push(chunk);
    return { objects, malformed };
  };
  const bytes = Buffer.from(encodeLine({ a: "ä\n😀" }) + encodeLine({ b: 1 }));

  test("are put together however they are cut", () => {
    for (let at = 0; at <= bytes.length; at++) expect(read([bytes.subarray(0, at), bytes.subarray(at)]).objects).toEqual([{ a: "ä\n😀" }, { b: 1 }]);
    expect(read([...bytes].map((byte) => Buffer.from([byte]))).objects).toHaveLength(2);
  });

  test("that are malformed are reported, and those after them still read", () => {
    expect(read([Buffer.from('nonsense\n5\nnull\n{"c":3}\n')])).toEqual({ objects: [{ c: 3 }], malformed: ["nonsense", "5", "null"] });
  });
});

describe("raw output", () => {
  const mark = (id: number) => fenceMark("key", id);

  test("after a mark is held back until the link has come to it", () => {
    let shown = "";
    const output = new RawOutput("key", (text) => (shown += text));
    output.push(Buffer.from(`before${mark(1)}after`));
    expect(shown).toBe("before");
    expect(output.hasPassed(1)).toBe(false);
    output.reach(1);
    expect(shown).toBe("beforeafter");
    expect(output.hasPassed(1)).toBe(true);
  });

  test("loses no mark and no character, wherever it is cut", () => {
    const bytes = Buffer.from(`ä😀${mark(1)}\x1b[31mred\x1b_other\x1b\\${mark(2)}end`);
    for (let at = 0; at <= bytes.length; at++) {
      let shown = "";
      const output = new RawOutput("key", (text) => (shown += text));
      output.reach(2);
      output.push(bytes.subarray(0, at));
      output.push(bytes.subarray(at));
      expect(shown).toBe("ä😀\x1b[31mred\x1b_other\x1b\\end");
      expect(output.hasPassed(2)).toBe(true);
    }
  });

  test("that ends like the beginning of a mark is shown when all has arrived, and no mark is lost by that", () => {
    let shown = "";
    const output = new RawOutput("key", (text) => (shown += text));
    output.push(Buffer.from(`a${mark(1)}b${mark(2).slice(0, 4)}`));
    output.drained();
    expect(shown).toBe("a");
    output.push(Buffer.from(`c${mark(2)}d`));
    output.reach(1);
    expect(shown).toBe(`ab${mark(2).slice(0, 4)}c`);
    output.reach(2);
    expect(shown).toBe(`ab${mark(2).slice(0, 4)}cd`);
  });

  test("is shown in full at the end, whatever is held back", () => {
    let shown = "";
    const output = new RawOutput("key", (text) => (shown += text));
    output.push(Buffer.from(`a${mark(7)}b${mark(8).slice(0, 4)}`));
    output.end();
    expect(shown).toBe(`ab${mark(8).slice(0, 4)}`);
    expect(output.hasPassed(99)).toBe(true);
  });
});

describe("type errors", () => {
  const error = { line: 2, column: 7, length: 3, code: "TS2322", message: "Type 'string' is not assignable to type 'number'.", lineText: "const abc: number = 'x'", category: "error" } as const;

  test("show position, code, the cell's line and a caret", () => {
    expect(describeTypeErrors([error])).toEqual({
      ename: "TypeScriptError", evalue: error.message,
      traceback: [`2:7 error TS2322: ${error.message}`, error.lineText, "      ^^^"],
    });
  });

  test("keep the caret in place behind tabs and within the line", () => {
    expect(describeTypeErrors([{ ...error, column: 3, lineText: "\t\tx", length: 50 }]).traceback[2]).toBe("\t\t^");
    expect(describeTypeErrors([{ ...error, column: 99, lineText: "" }]).traceback[2]).toBe("^");
  });

  test("leave out warnings and count what is too much", () => {
    expect(describeTypeErrors([{ ...error, category: "warning" }, error]).traceback).toHaveLength(3);
    expect(describeTypeErrors(Array.from({ length: 25 }, () => error)).traceback.at(-1)).toBe("… and 5 more errors");
  });
});
