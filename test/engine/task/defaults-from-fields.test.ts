/** Inputs that default to fields of the task: what Prefect's `defaults_from_attrs` does is a default that names `this`. */
import { expect, test } from "vitest";
import { Flow, Task, type TaskOptions } from "../../../engine/index.ts";

class Query extends Task<[table?: string | null, limit?: number], string> {
  readonly table: string;
  readonly limit: number;
  constructor(table: string, limit: number, options?: TaskOptions) {
    super(options);
    this.table = table;
    this.limit = limit;
  }
  override run(table: string | null = this.table, limit = this.limit) { return `${table} ${limit}`; }
}

test("inputs that are not given are the task's fields, also in copies with other fields", async () => {
  const query = new Query("rows", 10);
  expect([query.run(), query.run("other"), query.run(undefined, 3), query.run(null)]).toEqual(["rows 10", "other 10", "rows 3", "null 10"]);
  const flow = new Flow("queries");
  const results = flow.build(() => [query(), query("other"), query(undefined, 3), query(null), query.with({ taskArgs: { table: "mine" } })(), query.map(["a", "b"])]);
  const state = await flow.run();
  expect(results.map((one) => state.result.get(one as never).result)).toEqual(["rows 10", "other 10", "rows 3", "null 10", "mine 10", ["a 10", "b 10"]]);
});
