import { describe, expect, test } from "vitest";
import { CompareValue, Flow, SKIP, applyMap, caseOf, context, mapped, resourceManager, task, unmapped, type Mapped, type State, type Task } from "../../../engine/index.ts";

const inc = task((x: number) => x + 1, { name: "inc" });
const give = <T>(value: T) => task(() => value, { name: "give" })() as Task<any[], any>;
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

async function run<T>(build: () => T) {
  const flow = new Flow("blocks");
  const built = await flow.build(build);
  const state = await flow.run();
  const edges = [...flow.edges].map((edge) => `${flow.slugs.get(edge.upstreamTask)} ${flow.slugs.get(edge.downstreamTask)}`);
  return { flow, built: built as Awaited<T>, state, edges, of: (one: unknown) => state.result.get(one as Task) as State<any> };
}

describe("caseOf", () => {
  test.each<[string, unknown, unknown, boolean]>([
    ["by content", { a: [1, new Date(5)] }, { a: [1, new Date(5)] }, true], ["NaN with NaN", NaN, NaN, true], ["0 with -0", -0, 0, true], ["undefined with undefined", undefined, undefined, true], ["null with undefined", null, undefined, false],
    ["1 with \"1\"", 1, "1", false], ["1 with true", 1, true, false], ["Sets", new Set([1, 2]), new Set([2, 1]), true], ["Maps", new Map([["a", 1]]), new Map([["a", 2]]), false],
  ])("compares %s", async (_, value, wanted, equal) => {
    const { built, of } = await run(() => caseOf(give(value), wanted, () => inc(5)));
    expect(of(built).type).toBe(equal ? "Success" : "Skipped");
  });

  test("nests: the inner one is skipped with the outer one", async () => {
    const { built, of } = await run(() => [caseOf(give(1), 2, () => caseOf(give(1), 1, () => inc(1))), caseOf(give(1), 1, () => caseOf(give(1), 1, () => inc(1)))]);
    expect(built.map((one) => of(one).type)).toEqual(["Skipped", "Success"]);
  });

  test("takes a mapped condition as its list, a mapped task as one, a value for a condition", async () => {
    const { built, of } = await run(() => [caseOf(inc.map([0, 1]), [1, 2], () => inc(1)), caseOf(give(1), 2, () => inc.map([1, 2])), caseOf(give(1), 1, () => inc.map([1, 2])), caseOf("a", "a", () => inc(1))]);
    expect(built.map((one) => [of(one).type, of(one).result])).toEqual([["Success", 2], ["Skipped", null], ["Mapped", [2, 3]], ["Success", 2]]);
  });

  test("covers all that an async body adds", async () => {
    const { built, of } = await run(async () => await caseOf(give(1), 2, async () => {
      const before = inc(1);
      await tick();
      return [before, inc(2)];
    }));
    expect(built.map((one) => of(one).type)).toEqual(["Skipped", "Skipped"]);
  });

  test("tells async bodies that overlap apart", async () => {
    const { built, of } = await run(async () => await Promise.all([
      caseOf(give(1), 1, async () => { await tick(); const one = inc(1); await tick(); return one; }), caseOf(give(1), 2, async () => { await tick(); return inc(2); }), tick().then(() => inc(3)),
    ]));
    expect(built.map((one) => of(one).type)).toEqual(["Success", "Skipped", "Success"]);
  });

  test("holds what is added to its flow from a case of another flow", async () => {
    const [outer, inner] = [new Flow("outer"), new Flow("inner")];
    const there = inc.copy();
    const here = outer.build(() => caseOf(give(1), 2, () => {
      inner.build(() => caseOf(give(1), 1, () => { inc(1); there.bind({ x: 1 }, { flow: outer }); }));
      return inc(1);
    }));
    const state = await outer.run();
    expect([there, here].map((one) => (state.result.get(one) as State).type)).toEqual(["Skipped", "Skipped"]);
    expect([outer.size, inner.size]).toEqual([4, 3]);
  });

  test("ends with its body, also one that throws", async () => {
    const { built, of } = await run(async () => {
      const inside: Task[] = [];
      expect(() => caseOf(give(1), 2, () => { inside.push(inc(1)); throw new Error("body"); })).toThrow("body");
      await expect(caseOf(give(1), 2, async () => { await tick(); inside.push(inc(2)); throw new Error("async body"); })).rejects.toThrow("async body");
      return [...inside, inc(3)];
    });
    expect(built.map((one) => of(one).type)).toEqual(["Skipped", "Skipped", "Success"]);
  });

  test("without tasks adds nothing", () => {
    const flow = new Flow("f", () => { caseOf(1, 1, () => "nothing"); });
    expect(flow.size).toBe(0);
  });
});

describe("a resource", () => {
  const log: string[] = [];
  class Database {
    readonly host: string;
    constructor(host: string) { this.host = host; }
    setup() { log.push(`open ${this.host}`); return { host: this.host }; }
    cleanup(connection: { host: string }) { log.push(`close ${connection.host}`); }
  }
  const database = resourceManager(Database);
  const query = task((connection: { host: string }, x: number) => { log.push(`query ${connection.host} ${x}`); return x; }, { name: "query" });
  const fresh = <T>(build: () => T) => { log.length = 0; return run(build); };

  test("is there for the tasks between `using` and the end of the block", async () => {
    const { edges } = await fresh(() => {
      {
        using block = database.open(["a"]);
        query(block.resource, 1);
        query(block.resource, 2);
      }
      query({ host: "none" }, 3);
    });
    expect(log.filter((line) => !line.includes("none"))).toEqual(["open a", "query a 1", "query a 2", "close a"]);
    expect(edges.filter((edge) => edge.includes("query-3"))).toEqual([]);
    expect(edges).toContain("query-2 Database.cleanup-1");
  });

  test("of a `using` block inside another's ends with its block", async () => {
    const { edges } = await fresh(() => database.use(["a"], (a) => {
      { using inner = database.open(["b"]); query(inner.resource, 1); }
      query(a, 2);
    }));
    expect(edges.filter((edge) => /query-. .*cleanup/.test(edge)).sort()).toEqual(["query-1 Database.cleanup-2", "query-2 Database.cleanup-1"]);
    expect(log.slice(-1)).toEqual(["close a"]);
  });

  test("is there for all that an async body adds", async () => {
    const { edges } = await fresh(async () => await database.use(["a"], async (connection) => {
      query(connection, 1);
      await tick();
      query(connection, 2);
      await tick();
      task(() => { log.push("third"); }, { name: "third" })();
    }));
    expect(log).toEqual(["open a", "query a 1", "query a 2", "third", "close a"]);
    expect(edges).toEqual(expect.arrayContaining(["query-2 Database.cleanup-1", "Database.setup-1 third-1", "third-1 Database.cleanup-1"]));
  });

  test("belongs to one of several async bodies that overlap", async () => {
    const body = (x: number) => async (connection: any) => { for (let i = 0; i < x; i++) await tick(); return query(connection, x); };
    const { edges } = await fresh(async () => await Promise.all([database.use(["a"], body(2)), database.use(["b"], body(1))]));
    expect(edges.filter((edge) => /query.*cleanup|setup.*query/.test(edge)).sort()).toEqual(["Database.setup-1 query-2", "Database.setup-2 query-1", "query-1 Database.cleanup-2", "query-2 Database.cleanup-1"]);
  });

  test("is cleaned up after a body that throws while it is built, and that is over then", async () => {
    const { built, of } = await fresh(async () => {
      expect(() => database.use(["a"], (connection) => { query(connection, 1); throw new Error("body"); })).toThrow("body");
      await expect(database.use(["b"], async (connection) => { query(connection, 2); await tick(); throw new Error("async body"); })).rejects.toThrow("async body");
      expect(() => { using block = database.open(["c"]); query(block.resource, 3); throw new Error("using"); }).toThrow("using");
      return query({ host: "none" }, 4);
    });
    expect(of(built).result).toBe(4);
    for (const [host, x] of [["a", 1], ["b", 2], ["c", 3]]) expect(log.filter((line) => line.includes(` ${host}`))).toEqual([`open ${host}`, `query ${host} ${x}`, `close ${host}`]);
  });

  test("is cleaned up whatever becomes of its tasks", async () => {
    const { state, built, of } = await fresh(() => database.use(["a"], (connection) => [
      task((_: unknown) => { throw new Error("no"); })(connection as never), task((_: unknown) => { throw new SKIP("no"); })(connection as never), query(connection, 1), inc(task((): number => { throw new Error("before"); })()),
    ]));
    expect([state.type, built.map((one) => of(one).type), log]).toEqual(["Failed", ["Failed", "Skipped", "Success", "TriggerFailed"], ["open a", "query a 1", "close a"]]);
  });

  test("nests, is mapped inside, and is made for each element of an applyMap", async () => {
    await fresh(() => database.use(["a"], (a) => database.use(["b"], (b) => task((x: any, y: any) => log.push(`${x.host}${y.host}`))(a, b))));
    expect(log).toEqual(["open a", "open b", "ab", "close b", "close a"]);
    await fresh(() => database.use(["a"], (a) => query.map(unmapped(a) as never, [1, 2, 3])));
    expect(log).toEqual(["open a", "query a 1", "query a 2", "query a 3", "close a"]);
    await fresh(() => applyMap((host: any) => database.use([host], (connection) => query(connection, 1)), ["a", "b"]));
    expect([...log].sort()).toEqual(["close a", "close b", "open a", "open b", "query a 1", "query b 1"]);
    expect(["a", "b"].map((host) => log.filter((line) => line.includes(` ${host}`)))).toEqual([["open a", "query a 1", "close a"], ["open b", "query b 1", "close b"]]);
  });

  test("is not made in a case that is not true; a case inside it does not keep it from being cleaned up", async () => {
    await fresh(() => caseOf(give(1), 2, () => database.use(["a"], (connection) => query(connection, 1))));
    expect(log).toEqual([]);
    const { edges } = await fresh(() => database.use(["a"], (connection) => caseOf(give(1), 2, () => query(connection, 1))));
    expect(log).toEqual(["open a", "close a"]);
    expect(edges).toEqual(expect.arrayContaining(["query-1 Database.cleanup-1", "case(2)-1 query-1"]));
  });

  test("whose setup fails leaves nothing to use or to clean up; one whose cleanup fails does not fail the flow", async () => {
    const broken = resourceManager(class Broken { setup(): number { throw new Error("no setup"); } cleanup() { log.push("cleanup"); } });
    const { state, built, of } = await fresh(() => broken.use([], (resource) => inc(resource)));
    expect([state.type, of(built).type, log]).toEqual(["Failed", "TriggerFailed", []]);
    const leaky = resourceManager(class Leaky { async setup() { await tick(); return 1; } async cleanup() { await tick(); throw new Error("no cleanup"); } });
    const leaked = await fresh(() => leaky.use([], (resource) => inc(resource)));
    expect([leaked.state.type, leaked.of(leaked.built).result]).toEqual(["Success", 2]);
  });
});

test("mapped branches of a case see the same condition", async () => {
  const { built, of } = await run(() => {
    const condition = inc(0);
    return [caseOf(condition, 1, () => inc(mapped([1, 2]))), caseOf(condition, 2, () => inc(mapped([1, 2])))];
  });
  expect(built.map((one) => of(one).type)).toEqual(["Mapped", "Skipped"]);
  expect((of(built[0]) as unknown as Mapped).result).toEqual([2, 3]);
});

test("CompareValue says what did not match", async () => {
  const { built, of } = await run(() => new CompareValue({ a: 1 }).bind({ value: give([1n]) }));
  expect(of(built).message).toBe('Provided value "[ 1n ]" did not match "{"a":1}"');
  expect(context.get("taskName")).toBeUndefined();
});
