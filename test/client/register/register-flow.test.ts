import { join } from "node:path";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { flowFolder, moveAway, runBundled, writeFiles } from "./flow-folder.ts";
import { startRegistry } from "./registry.ts";

const FLOW = `
  import { task, Flow, Parameter } from "flowlet";
  const add = task((x: number, y = 1) => x + y);
  const flow = new Flow("sums", () => { add(add(1, 2), new Parameter("last", { default: 5 })); });
  const registered = await flow.register({ project: "examples", description: "Adds." });
  console.log(JSON.stringify(registered));
`;

describe("flow.register() in a script", () => {
  test("stores the flow's code and prints the address of its page; again, and from another folder, it makes no new version; changed code does", async () => {
    const { client, endpoint, script } = await startRegistry();
    const folder = flowFolder({ "flow.ts": FLOW });
    const first = await script(join(folder, "flow.ts"));
    expect(first.stderr).toBe("");
    const [line, json] = first.stdout.trim().split("\n");
    const { id, flowGroupId, created, version } = JSON.parse(json!) as { id: string; flowGroupId: string; created: boolean; version: number };
    expect([line, created, version]).toEqual([`Flow: ${endpoint}/flow/${flowGroupId}`, true, 1]);
    const details = await client.getFlow({ flowId: id });
    expect(details).toMatchObject({
      name: "sums", projectName: "examples", version: 1, description: "Adds.", labels: [hostname()], source: join(folder, "flow.ts"), taskCount: 3, coreVersion: "0.1.0",
      parameters: [{ name: "last", required: false, default: 5, type: "number" }],
    });
    expect(details.tasks.map(({ slug }) => slug)).toEqual(["add-1", "add-2", "last"]);
    const again = await script(join(folder, "flow.ts"));
    expect(JSON.parse(again.stdout.trim().split("\n")[1]!)).toMatchObject({ id, created: false, version: 1 });
    const elsewhere = flowFolder({ "deep/er/flow.ts": FLOW });
    const moved = await script(join(elsewhere, "deep/er/flow.ts"));
    expect(JSON.parse(moved.stdout.trim().split("\n")[1]!)).toMatchObject({ id, created: false });
    writeFiles(folder, { "flow.ts": FLOW.replace("x + y)", "x + y + 1)") });
    const changed = await script(join(folder, "flow.ts"));
    const second = JSON.parse(changed.stdout.trim().split("\n")[1]!) as { id: string };
    expect(second).toMatchObject({ flowGroupId, created: true, version: 2 });
    expect((await client.getFlow({ flowId: id })).archived).toBe(true);
    moveAway(folder);
    const bundle = await client.getBundle({ bundleId: (await client.getFlow({ flowId: second.id })).bundleId });
    expect(await runBundled(bundle, "sums", { last: 10 })).toMatchObject({ state: "Success", results: { "add-2": 15, last: 10 } });
  });
});
