import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ERRORS, FlowletError } from "../../engine/index.ts";
import { describeValue } from "../../engine/errors.ts";

const ROOT = join(import.meta.dirname, "../..");
const page = await import("../../scripts/docs/errors-page.mjs" as string) as { errorsPage(): string };

test("docs/errors.md is what the table of codes gives", () => {
  expect(readFileSync(join(ROOT, "docs/errors.md"), "utf8")).toBe(page.errorsPage());
});

test("every code is thrown somewhere", () => {
  const sources = ["agent", "cli", "client", "engine", "kernel", "server"].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file))).filter((file) => /\.tsx?$/.test(file) && file !== "engine/errors.ts");
  const text = sources.map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");
  expect(Object.keys(ERRORS).filter((code) => !text.includes(`"${code}"`))).toEqual([]);
});

test("every place of a message is filled where it is thrown", () => {
  const error = new FlowletError("SELF_EDGE", { task: "add" });
  expect([error.code, error.message, error.name]).toEqual(["SELF_EDGE", "Edges can not connect a task to itself. Task: add. Copy the task: task.copy() is another node.", "FlowletError"]);
  expect(error.message).not.toMatch(/undefined|\{/);
});

test("values are described by kind, long ones not in full", () => {
  expect([null, undefined, "short", "x".repeat(50), 3, true, [1, 2], new Map(), () => 1, function f() {}].map(describeValue)).toEqual([
    "null", "undefined", '"short"', "a text of 50 characters", "number 3", "boolean true", "an array of 2", "an object of class Map", "a function", "the function f",
  ]);
});
