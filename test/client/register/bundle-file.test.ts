import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundleFile, bundleSource } from "../../../client/register/bundle-file.ts";
import { readBundle, type ReadBundle } from "../../../client/register/read-bundle.ts";
import { flowFolder, moveAway, runBundled, writeFiles } from "./flow-folder.ts";

const namesOf = ({ flows }: ReadBundle) => flows.map(({ name }) => name);

describe("a flow's file as one module", () => {
  test("gives the same flow in another process when its folder is gone", async () => {
    const folder = flowFolder({
      "flow.ts": `
        import { task, Flow, Parameter } from "flowlet";
        import { double } from "./lib/math";
        import { greet as hello } from "polite";
        import settings from "./settings.json" with { type: "json" };
        import type { Row } from "./lib/math.ts";
        enum Size { Small = 1, Large = 10 }
        const x = 5, y = 7;
        const add = task((x: number, y: number = 1) => x + double(y) + settings.offset);
        const greet = task((name: string) => hello(name));
        const size = task(async (row: Row) => (await import("./lib/later.ts")).later(row) * Size.Large);
        export const flow = new Flow("sums", () => { const sum = add.bind({ x, y }); greet(new Parameter<string>("name")); size({ value: y }); add(sum); });
      `,
      "lib/math.ts": `export interface Row { value: number }\nconst x = 2;\nexport const add = (a: number) => a * x;\nexport function double(y: number) { return add(y); }`,
      "lib/later.ts": `import type { Row } from "./math.ts";\nexport const later = (row: Row) => row.value;`,
      "settings.json": `{ "offset": 100 }`,
      "node_modules/polite/package.json": `{ "name": "polite", "version": "1.2.3", "main": "index.js" }`,
      "node_modules/polite/index.js": `const x = "Hello, "; exports.greet = (name) => x + name;`,
    });
    const bundle = await bundleFile(join(folder, "flow.ts"));
    expect(bundle.packages).toEqual({ polite: "1.2.3" });
    expect(bundle.external).toEqual([]);
    expect(bundle.limits).toEqual([]);
    expect(bundle.parameterTypes).toEqual({ name: "string" });
    moveAway(folder);
    const { flows, error } = await readBundle(bundle);
    expect(error).toBeNull();
    expect(flows).toMatchObject([{ name: "sums", parameters: [{ name: "name", type: "string", required: true }] }]);
    const outcome = await runBundled(bundle, "sums", { name: "Marvin" });
    expect(outcome).toMatchObject({ state: "Success", results: { "add-1": 119, "greet-1": "Hello, Marvin", "size-1": 70, "add-2": 221, name: "Marvin" } });
  });
});
void namesOf; void bundleSource; void writeFiles;
