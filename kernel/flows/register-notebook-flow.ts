/** Registers a flow of a notebook: the cells that it needs, with all that they import. Loaded when the first flow is: it brings the bundler along. */
import { basename, join } from "node:path";
import { describeFlow } from "../../client/register/flow-description.ts";
import { bundleSource } from "../../client/register/bundle-file.ts";
import { ownSource } from "../../client/register/own-source.ts";
import { readBundle } from "../../client/register/read-bundle.ts";
import { chooseFlow, registerDescription } from "../../client/register/register-flow.ts";
import { FlowletClient } from "../../client/index.ts";
import { FlowletError, type Flow, type RegisteredFlow, type RegisterOptions } from "../../engine/index.ts";
import type { FlowSlice } from "../slice/flow-slice.ts";
import { structureDifference } from "../slice/structure-difference.ts";

/**
 * @param directory the notebook's folder
 * @throws FlowletError FLOW_NOT_BUNDLED, BUNDLE_NOT_LOADED, SLICE_DIFFERS, UNSERIALIZABLE_SCHEDULE; ApiError
 */
export async function registerNotebookFlow(flow: Flow, options: RegisterOptions, { code, notes, cells }: FlowSlice, directory: string): Promise<RegisteredFlow> {
  const client = new FlowletClient();
  // Whether anybody answers is told before cells run again.
  await client.getStatus();
  // In a notebook's kernel: its path, below the server's folder.
  const name = basename(process.env.JPY_SESSION_NAME ?? "") || "notebook";
  const bundled = await bundleSource(code, { resolveDir: directory, name, path: join(directory, name) });
  // Types are gone from the slice.
  const types = cells.flatMap((cell) => [...ownSource(cell, join(directory, "cell.tsx")).parameterTypes]);
  const whole = { ...bundled, parameterTypes: Object.fromEntries(types), limits: [...notes, ...bundled.limits] };
  const here = describeFlow(flow);
  const found = chooseFlow(await readBundle(whole, { folder: directory }), flow.name, here.structure);
  const what = structureDifference(here, found);
  if (what !== null) throw new FlowletError("SLICE_DIFFERS", { flow: flow.name, what });
  return await registerDescription(found, whole, options, client);
}
