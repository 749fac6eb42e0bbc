/** What a kept task printed, logged and displayed is shown again in the cell that runs the flow. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
beforeAll(async () => { notebook = await Notebook.open(); });
afterAll(async () => { await notebook?.close(); });

test("printed lines and log lines below a line that says whose they are, and from when; displays marked", async () => {
  await notebook.cell("flow", `
    const talks = task((n: number) => {
      console.log("counting\\nto " + n);
      context.logger.warning("careful");
      display.html("<b>" + n + "</b>");
      return n;
    });
    const quiet = task((n: number) => n + 1);
    const talking = new Flow("talking", () => { quiet(talks(3)); });`);
  const first = await notebook.cell("run", "await talking.run();");
  expect(first.stdout).toContain("counting\nto 3\n");
  const again = await notebook.cell("run", "await talking.run();");
  expect(again.stdout).toMatch(/^talks: kept from \d\d:\d\d:\d\d, saved \d+ ms\n│ counting\n│ to 3\n│ WARNING careful$/m);
  expect(again.stdout).not.toContain("quiet: kept");
  const shown = again.outputs.filter(({ header }) => header.msg_type === "display_data").map(({ content }) => content as { data: object; metadata: { flowlet?: { kept: string } } });
  expect(shown.map(({ data }) => data)).toEqual([{ "text/html": "<b>3</b>" }]);
  expect(shown[0].metadata.flowlet?.kept).toMatch(/^talks: kept from /);
  // Shown again once more, it is still what was kept, and not what was shown again.
  expect((await notebook.cell("run", "await talking.run();")).stdout.match(/│ counting/g)).toHaveLength(1);
});

test("the panel has them too, each marked as kept", async () => {
  const { flowId } = flowOf(await notebook.cell("show", "talking"));
  const comm = await PictureComm.adopt(notebook.client);
  const answer = await comm.ask({ type: "details", flowId, nodeId: "talks-1" });
  if (answer.type !== "details") throw new Error(answer.type);
  expect(answer.details.logs.map(({ source, text, kept }) => [source, text.trim(), kept])).toEqual([
    ["stdout", "counting\nto 3", true], ["log", "careful", true], ["display", "(text/html)", true],
  ]);
});
