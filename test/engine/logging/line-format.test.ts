import { describe, expect, test } from "vitest";
import { lineFormat, lineFormatProblem } from "../../../engine/logging/line-format.ts";
import type { LogRecord } from "../../../engine/logging/log-record.ts";
import { strftime, strftimeProblem } from "../../../engine/logging/strftime.ts";

const at = new Date(2026, 0, 5, 7, 8, 9, 42).getTime();
const record: LogRecord = { at, level: "INFO", logger: "flowlet.add", message: "done", flowName: "sums", taskName: "add", attributes: { team: "blue", parts: { a: 1 } } };
const line = (format: string, datefmt = "%H:%M") => lineFormat(format, datefmt)(record);

describe("a log line", () => {
  test.each([
    ["%(asctime)s %(levelname)s %(name)s %(message)s", "07:08 INFO flowlet.add done"],
    ["[%(levelname)-8s] [%(levelname)8s] [%(levelno)05d] [%(msecs)03d]", "[INFO    ] [    INFO] [00020] [042]"],
    ["%(created).3f %(process)d", `${(at / 1000).toFixed(3)} ${process.pid}`],
    ["100%% %(message).2s", "100% do"],
    ["%(flow_name)s/%(taskName)s/%(task_run_id)s", "sums/add/-"],
    ["%(team)s %(parts)s", "blue { a: 1 }"],
    ["nothing of the record", "nothing of the record"],
    ["", ""],
  ])("%j", (format, expected) => {
    expect(lineFormatProblem(format, ["team", "parts"])).toBe(null);
    expect(line(format)).toBe(expected);
  });

  test.each(["%(mesage)s", "%(team)s", "%d", "50%", "%(message)", "%(message)x", "%(message)99999s", "%("])("%j is told as wrong", (format) => {
    expect(lineFormatProblem(format)).toEqual(expect.any(String));
  });

  test("is not written into by the message", () => {
    expect(lineFormat("%(message)s", "%Y")({ ...record, message: "%(name)s $& 50%" })).toBe("%(name)s $& 50%");
  });
});

describe("a time", () => {
  test.each([
    ["%Y-%m-%d %H:%M:%S", "2026-01-05 07:08:09"], ["%y/%j %I %p", "26/005 07 AM"], ["%a %A %b %B %e %w", "Mon Monday Jan January  5 1"], ["%F %T.%f", "2026-01-05 07:08:09.042000"], ["%s%%", `${Math.floor(at / 1000)}%`], ["plain", "plain"],
  ])("%j", (format, expected) => {
    expect(strftimeProblem(format)).toBe(null);
    expect(strftime(format)(at)).toBe(expected);
  });

  test("has its zone's offset and name", () => {
    expect(strftime("%z %Z")(at)).toMatch(/^[+-]\d{4} \S+$/);
  });

  test("is that of its own second, however many are asked for", () => {
    const format = strftime("%S");
    expect([format(at), format(at + 500), format(at + 1000), format(at)]).toEqual(["09", "09", "10", "09"]);
  });

  test.each(["%Q", "%", "%Y %", "%-d"])("%j is told as wrong", (format) => {
    expect(strftimeProblem(format)).toEqual(expect.any(String));
  });
});
