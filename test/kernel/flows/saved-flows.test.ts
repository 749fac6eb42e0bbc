/** Saving, loading and drawing flows in a notebook. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook, flowOf } from "./notebook.ts";

let notebook: Notebook;
beforeAll(async () => {
  notebook = await Notebook.open({
    "make.ts": `import { Flow } from "flowlet"; export const make = (name: string) => new Flow(name);`,
    "etl.ts": `
      import { Flow, Parameter, task } from "flowlet";
      enum Unit { Row = 100 }
      const add = task((x: number, y: number = 1) => x + y, { name: "add" });
      export const flow = new Flow("From a file");
      flow.build(() => add(add(new Parameter<number>("n")), Unit.Row));
      await flow.run({ n: 1 });
    `,
  });
});
afterAll(async () => { await notebook?.close(); });

test("a flow of a cell can not be saved, and the error says what to do", async () => {
  for (const make of [`new Flow("typed")`, `make("typed")`]) {
    const { error } = await notebook.client.execute(`import { make } from "./make.ts"; ${make}.save("typed.flowlet.json")`);
    expect(`${error?.ename}: ${error?.evalue}`).toBe(
      "FlowletError: The code of flow typed can not be found again: it was not made in a file but in a cell, a prompt or the like. Build the flow in a module file, or tell which file makes it: flow.save(path, { module }).",
    );
  }
});

test("one of a file that the notebook imports can, and is loaded as a flow of the notebook", async () => {
  await notebook.cell("import", `import { flow as imported } from "./etl.ts";`);
  await notebook.cell("save", `imported.save("saved.flowlet.json")`);
  const shown = await notebook.cell("load", `const loaded = await Flow.load("./saved.flowlet.json", { strict: true });\nloaded`);
  expect(flowOf(shown).nodes.map((node) => node.id).sort()).toEqual(["add-1", "add-2", "add-2:y", "n"]);
  expect(await notebook.value("[loaded === imported, loaded.equals(imported), loaded.size]")).toEqual([false, false, 3]);
  expect(await notebook.value("[...(await loaded.run({ n: 1 })).result.values()].map((state) => state.result).sort()")).toEqual([1, 102, 2]);
});

test("a picture is shown as SVG, and written where a name is given", async () => {
  const { result } = await notebook.cell("draw", `const drawn = new Flow("drawn"); drawn.build(() => task((x: number) => x, { name: "one" }).map([1, 2])); drawn.visualize({ state: await drawn.run() })`);
  expect(Object.keys(result).sort()).toEqual(["image/svg+xml", "text/plain"]);
  expect(result["image/svg+xml"]).toMatch(/^<svg [^]*one\[1\]/);
  expect((await notebook.cell("write", `drawn.visualize({ filename: "drawn.svg" }).path`)).result["text/plain"]).toBe(`'${join(notebook.client.directory, "drawn.svg")}'`);
});

test("what was made and not added is warned of in the cell's output", async () => {
  const { stdout } = await notebook.cell("unused", `new Flow("f", () => { new Parameter("forgotten"); }); "done"`);
  expect(stdout).toContain("WARNING - flowlet.Flow | Tasks were created but not added to the flow: {forgotten}. Flow: f.");
});
