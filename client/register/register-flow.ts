/** Registers flows with a server (prefect.core.flow.register, prefect.client.register). */
import { hostname } from "node:os";
import { dirname } from "node:path";
import { randomUUID } from "node:crypto";
import { flowletVersion } from "../../engine/embedding.ts";
import { context, FlowletError, type BackendFlow, type RegisteredFlow, type RegisterOptions } from "../../engine/index.ts";
import type { BundleInput, Flow } from "../api-types.ts";
import { ConfiguredClient } from "../configured-client.ts";
import type { FlowletClient } from "../flowlet-client.ts";
import { pageUrl } from "../page-url.ts";
import { bundleFile } from "./bundle-file.ts";
import type { BundledCode } from "./bundled-code.ts";
import { describeFlow, runConfigData, type FlowDescription } from "./flow-description.ts";
import { readBundle, type ReadBundle } from "./read-bundle.ts";
import { registrationKey } from "./registration-key.ts";

/** How a host registers; all optional. */
export interface RegisterHost {
  /** Default: that of the configuration. */
  readonly client?: FlowletClient;
  /**
   * The code that makes the flow, where the host has it, e.g. of a notebook's cells: it is taken as it is. Default: the file that makes the flow is bundled, and evaluated
   * once in a process of its own, so that what is registered is known to be whole.
   */
  readonly code?: BundledCode;
}

/**
 * Registers a flow with the server: its code, structure, schedule and settings.
 * @throws FlowletError FLOW_NOT_IN_FILE, FLOW_NOT_BUNDLED, BUNDLE_NOT_LOADED, UNSERIALIZABLE_SCHEDULE, FLOW_NOT_REGISTERED with `build: false`; ApiError
 */
export async function registerFlow(flow: BackendFlow, options: RegisterOptions = {}, { client = new ConfiguredClient(), code }: RegisterHost = {}): Promise<RegisteredFlow> {
  // What is wrong with the flow itself is told before its code is looked at.
  const description = describeFlow(flow, code?.parameterTypes);
  if (code !== undefined) return await registerDescription(description, code, options, client);
  if (options.build === false) return await registerAgain(flow, description, options, client);
  if (flow.sourceFile === null) throw new FlowletError("FLOW_NOT_IN_FILE", { flow: flow.name, why: "it was not made in a file but in a prompt or the like" });
  const bundled = await bundleFile(flow.sourceFile);
  const read = await readBundle(bundled, { folder: dirname(flow.sourceFile) });
  const found = chooseFlow(read, flow.name, description.structure);
  return await registerDescription(found, differs(found, description) ? withLimit(bundled, found, description) : bundled, options, client);
}

/** The flow of that name that the bundle makes: the same one where several have it, else the last. @throws FlowletError BUNDLE_NOT_LOADED */
export function chooseFlow({ flows, error }: ReadBundle, name: string, structure: string): FlowDescription {
  const named = flows.filter((one) => one.name === name);
  const found = named.find((one) => "structure" in one && one.structure === structure) ?? named.at(-1);
  if (found !== undefined && !("error" in found)) return found;
  const why = found !== undefined ? found.error : error ?? (flows.length === 0 ? "evaluated again, it makes no flow" : `evaluated again, it makes ${flows.map((one) => JSON.stringify(one.name)).join(", ")} only`);
  throw new FlowletError("BUNDLE_NOT_LOADED", { flow: name, why });
}

/** Names may differ: what a script runs as it is has no names from the consts it is assigned to. */
function differs(found: FlowDescription, here: FlowDescription): boolean {
  return found.tasks.length !== here.tasks.length || found.parameters.length !== here.parameters.length;
}

function withLimit(code: BundledCode, found: FlowDescription, here: FlowDescription): BundledCode {
  const count = (n: number) => `${n} ${n === 1 ? "task" : "tasks"}`;
  return { ...code, limits: [...code.limits, `Flow ${here.name} has ${count(here.tasks.length)} here, and ${count(found.tasks.length)} where ${code.source} is evaluated by itself: the latter is what is registered.`] };
}

/** Sends it. */
export async function registerDescription(description: FlowDescription, code: BundledCode, options: RegisterOptions & { readonly force?: boolean }, client: FlowletClient): Promise<RegisteredFlow> {
  const { code: text, sourceMap, external, packages, source, digest, limits } = code;
  return await send(description, { bundle: { format: 1, code: text, sourceMap, external: [...external] }, digest, packages, source, limits }, options, client);
}

interface Sent {
  readonly bundle: BundleInput;
  readonly digest: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly source: string | null;
  readonly limits: readonly string[];
}

async function send(description: FlowDescription, { bundle, digest, packages, source, limits }: Sent, options: RegisterOptions & { readonly force?: boolean }, client: FlowletClient): Promise<RegisteredFlow> {
  const { project = DEFAULT_PROJECT, setScheduleActive } = options;
  const { name, parameters, tasks, graph, schedule } = description;
  const config = options.runConfig?.serialize();
  const runConfig = config === undefined ? description.runConfig : runConfigData(config);
  const defaultLabels = context.config.flows.defaults.storage.addDefaultLabels ? [hostname()] : [];
  const labels = [...new Set([...description.labels, ...(config?.labels ?? []), ...(options.labels ?? []), ...defaultLabels])].sort();
  const idempotencyKey = options.force === true ? randomUUID() : options.idempotencyKey ?? registrationKey({ code: digest, flow: description, labels, runConfig, packages });
  const { flow, created } = await client.registerFlow({
    project, name, bundle, idempotencyKey, description: options.description ?? null, labels, parameters: parameters as never, tasks, graph, schedule, setScheduleActive: setScheduleActive ?? true, runConfig,
    coreVersion: flowletVersion(), packages: { ...packages }, source,
  });
  // An unchanged flow keeps its version, but its schedule may be turned on or off.
  const turned = !created && setScheduleActive !== undefined && flow.schedule !== null && flow.isScheduleActive !== setScheduleActive;
  return registered(turned ? await client.setScheduleActive({ flowId: flow.id, active: setScheduleActive }) : flow, created, limits, client);
}

/** Where flows are that no project was named for. */
export const DEFAULT_PROJECT = "default";

/** New settings for the code that the newest version has. */
async function registerAgain(flow: BackendFlow, description: FlowDescription, options: RegisterOptions, client: FlowletClient): Promise<RegisteredFlow> {
  const { project = DEFAULT_PROJECT } = options;
  const newest = await newestVersion(client, flow.name, project);
  if (newest === null) throw new FlowletError("FLOW_NOT_REGISTERED", { flow: flow.name, project });
  const bundle = await client.getBundle({ bundleId: newest.bundleId });
  return await send(description, { bundle, digest: newest.bundleId, packages: newest.packages, source: newest.source, limits: [] }, options, client);
}

/** The newest version of the flow with exactly this name; null where there is none. */
async function newestVersion(client: FlowletClient, name: string, project: string): Promise<Flow | null> {
  for (let after: string | undefined; ; ) {
    const { items, next } = await client.listFlows({ name, project, limit: 200, ...(after === undefined ? {} : { after }) });
    const found = items.find((one) => one.name === name && one.projectName === project);
    if (found !== undefined || next === null) return found ?? null;
    after = next;
  }
}

function registered({ id, flowGroupId, name, projectName, version }: Flow, created: boolean, limits: readonly string[], client: FlowletClient): RegisteredFlow {
  return { id, flowGroupId, name, project: projectName, version, created, url: pageUrl(client, `/flow/${flowGroupId}`), limits };
}
