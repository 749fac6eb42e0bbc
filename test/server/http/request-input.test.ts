import { expect, test } from "vitest";
import { OPERATIONS } from "../../../server/api/operations.ts";
import type { OrchestrationError } from "../../../server/orchestration/orchestration-error.ts";
import { inputReader, type InputPart } from "../../../server/http/input-reader.ts";

const ID = "019ab5d5-0c0c-7000-8000-000000000000";

function problem(part: InputPart, schema: Parameters<typeof inputReader>[0], data: unknown): string | undefined {
  const read = inputReader(schema, part)(data);
  return "error" in read ? (read.error as OrchestrationError).message : undefined;
}

const state = { version: 1, type: "Success", message: null, at: 1 };
const log = { kind: "log", sequence: 1, at: "2026-01-31T12:00:00.000Z", level: "INFO", logger: "l", message: "m" };

test.each<[string, InputPart, keyof typeof OPERATIONS, unknown, string]>([
  ["no body", "body", "createProject", null, "The body must be an object, got nothing."],
  ["a list for an object", "body", "createProject", [], "The body must be an object, got a list of 0."],
  ["a missing field", "body", "createProject", {}, "name must be a text, got nothing."],
  ["another kind", "body", "createProject", { name: 5, description: {} }, "name must be a text, got 5; description must be a text, got an object."],
  ["a blank name", "body", "createProject", { name: "  " }, 'name must be a text that is not blank, got "  ".'],
  ["a text that is too short", "query", "search", { text: "" }, 'text (in the query) must be a text of at least 1 character, got "".'],
  ["a long text, which is not repeated", "body", "createProject", { name: "x".repeat(201) }, "name must be a text of at most 200 characters, got a text of 201 characters."],
  ["a misspelt name", "body", "createProject", { name: "x", descripton: "y" }, 'Names in the body must be some of name, description, skipIfExists, got "descripton".'],
  ["a misspelt filter", "query", "listFlowRuns", { state: "Failed" }, expect.stringMatching(/^Names in the query must be some of limit, after, .*, got "state"\.$/) as string],
  ["no number", "query", "listFlowRuns", { limit: "many" }, 'limit (in the query) must be a number, got "many".'],
  ["a number that is not whole", "query", "listFlowRuns", { limit: "1.5" }, 'limit (in the query) must be a number, got "1.5".'],
  ["no text where a number should be", "query", "listFlowRuns", { limit: "" }, 'limit (in the query) must be a number, got "".'],
  ["a number out of range", "query", "listFlowRuns", { limit: "201" }, "limit (in the query) must be at most 200, got 201."],
  ["a name given twice", "query", "listFlowRuns", { name: ["a", "b"] }, "name (in the query) must be a text, got a list of 2."],
  ["no id", "path", "getFlowRun", { flowRunId: "7" }, 'flowRunId (in the path) must be an id (a UUID), got "7".'],
  ["no SHA-256", "path", "getBundle", { bundleId: "../../etc/passwd" }, 'bundleId (in the path) must be a text like /^[0-9a-f]{64}$/, got "../../etc/passwd".'],
  ["no instant", "query", "listFlowRuns", { since: "yesterday" }, 'since (in the query) must be an instant in UTC (2026-01-31T12:00:00.000Z), got "yesterday".'],
  ["an instant of no day", "query", "listFlowRuns", { since: "2026-02-30T12:00:00.000Z" }, 'since (in the query) must be an instant in UTC (2026-01-31T12:00:00.000Z), got "2026-02-30T12:00:00.000Z".'],
  ["a state that is none", "body", "markFlowRun", { state: "Done" }, 'state must be one of Success, Failed, Cancelled, Scheduled, Pending, Skipped, got "Done".'],
  ["a filter of states that are none", "query", "listFlowRuns", { states: "Failed, Done" }, expect.stringMatching(/^states \(in the query\) must be names of states, separated by commas \(State, Pending, .*\), got "Failed, Done"\.$/) as string],
  ["something deep inside", "body", "reportFlowRun", { processId: ID, entries: [log, { kind: "flowState", sequence: 2, state: { ...state, at: "now" } }] }, 'entries[1].state.at must be a number, got "now".'],
  ["an entry of no kind", "body", "reportFlowRun", { processId: ID, entries: [{ kind: "other" }] }, 'entries[0].kind must be of a known kind, got "other".'],
  ["too many entries", "body", "reportFlowRun", { processId: ID, entries: Array.from({ length: 5001 }, () => log) }, "entries must be a list of at most 5000 entries, got a list of 5001."],
  ["many wrong entries, of which some are named", "body", "reportFlowRun", { processId: ID, entries: Array.from({ length: 9 }, () => ({ ...log, sequence: 0 })) }, expect.stringMatching(/^entries\[0\]\.sequence must be at least 1, got 0; .* \(and 4 more\)\.$/) as string],
])("%s is refused by name", (_, part, id, data, message) => {
  const { params, query, body } = OPERATIONS[id];
  expect(problem(part, ({ path: params, query, body } as Record<InputPart, never>)[part], data)).toEqual(message);
});

test("whole numbers in path and query are numbers, defaults are filled in, and texts stay as they are", () => {
  const read = (part: InputPart, schema: Parameters<typeof inputReader>[0], data: unknown) => inputReader(schema, part)(data);
  expect(read("query", OPERATIONS.listLogs.query, { after: "12", search: "12" })).toEqual({ value: { limit: 1000, after: 12, search: "12" } });
  expect(read("path", OPERATIONS.findTaskRun.params, { flowRunId: ID, slug: "7", mapIndex: "-1" })).toEqual({ value: { flowRunId: ID, slug: "7", mapIndex: -1 } });
  for (const states of ["", "Failed", "Failed,Running", " Failed , Running "]) expect(read("query", OPERATIONS.listTaskRuns.query, { states })).toEqual({ value: { limit: 50, states } });
  expect(read("body", OPERATIONS.previewSchedule.body, { schedule: {}, count: "3" })).toEqual({ error: expect.objectContaining({ message: 'count must be a number, got "3".' }) });
});
