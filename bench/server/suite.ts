/** The server, its agents and its pages: how fast states are stored, flows run, and lists come. */
import { measureClicks } from "./click.ts";
import { measureFlows } from "./flows.ts";
import { measureLoad } from "./load.ts";
import { measurePages } from "./pages.ts";
import { number } from "../report.ts";
import { seededDatabase } from "./seed.ts";
import { measureStart } from "./start.ts";

/** Measures all and returns the text. */
export async function measureServer({ quick, alone }: { readonly quick: boolean; readonly alone: boolean }): Promise<{ text: string }> {
  const seeded = quick ? await seededDatabase(2_000, 100_000) : await seededDatabase(100_000, 5_000_000);
  const load = await measureLoad(quick);
  const flows = await measureFlows({ quick, alone });
  const clicks = await measureClicks(quick);
  const pages = await measurePages(seeded, quick);
  const start = await measureStart(quick, { "a new one": undefined, [`one of ${seeded.runs.toLocaleString("en-US")} runs`]: seeded.file });
  return {
    text: [
      "#### States stored", "", load.text, "",
      `The server's process had ${number(load.memoryIdle)} MiB before and ${number(load.memory)} MiB after it.`, "",
      "#### A flow of many tasks", "", flows, "",
      "#### A click on Run", "", clicks, "",
      "#### Lists", "", pages, "",
      "#### Start", "", start,
    ].join("\n"),
  };
}
