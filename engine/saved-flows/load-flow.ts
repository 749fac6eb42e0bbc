/** Finding flows again: a file is evaluated anew, and the flows that it makes are caught. Nothing in it runs meanwhile. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { context } from "../context.ts";
import { FlowletError, describeValue, listNames } from "../errors.ts";
import { FlowGraph } from "../graph/flow-graph.ts";
import { currentHost, withHost, type Host } from "../host.ts";
import { getLogger } from "../logging/logger.ts";
import { A_BOOLEAN, checkOptions, isText, type OptionCheck } from "../option-checks.ts";
import { describeError } from "../runners/error-text.ts";
import { readSavedFlow, type SavedFlow } from "./saved-flow.ts";
import type { SerializedFlow } from "./serialize-flow.ts";

/** A flow that tells its structure. */
export interface LoadedFlow extends FlowGraph {
  serialize(): SerializedFlow;
  serializedHash(): string;
}

/** What a file makes. */
export interface LoadedFile<F extends LoadedFlow> {
  /** In the order they are made; those that it only hands on are behind them. */
  readonly flows: readonly F[];
  /** What went wrong while it was evaluated. */
  readonly error?: unknown;
}

/** All optional. */
export interface LoadOptions {
  /** Throw where the flow is not as it was saved. Default: warn. */
  readonly strict?: boolean;
}

const LOAD_OPTIONS: { readonly [Option in keyof Required<LoadOptions>]: OptionCheck } = { strict: A_BOOLEAN };

/**
 * Evaluates a file anew, beside the modules that are loaded already, and catches its flows. `flow.run()` in it does nothing.
 * @param isFlow recognizes the flows among what it exports
 */
export async function loadFile<F extends LoadedFlow>(url: string, isFlow: (value: unknown) => value is F): Promise<LoadedFile<F>> {
  const made: F[] = [];
  const outer = currentHost() as { onFlowCreated?(flow: F): void } | undefined;
  const host: Host = Object.assign(Object.create(outer ?? null) as Host, {
    onFlowCreated(flow: F) {
      made.push(flow);
      outer?.onFlowCreated?.(flow);
    },
  });
  try {
    // Modules are evaluated once for each address.
    const address = `${url}?load=${randomUUID()}`;
    const exports = await withHost(host, () => context.with({ loadingFlow: true }, async () => (await import(address)) as Record<string, unknown>));
    return { flows: [...new Set([...made, ...Object.values(exports).filter(isFlow)])] };
  } catch (error) {
    return { flows: made, error };
  }
}

/**
 * Loads a saved flow: from the code as it is now.
 * @param given path, or name of a flow in the folder of saved flows
 * @throws FlowletError BAD_OPTION, UNKNOWN_OPTION, SAVED_FLOW_NOT_FOUND, SAVED_FLOW_UNREADABLE, FLOW_NOT_LOADED; with `strict` also FLOW_CHANGED
 */
export async function loadFlow<F extends LoadedFlow>(given: string, isFlow: (value: unknown) => value is F, options: LoadOptions = {}): Promise<F> {
  if (!isText(given)) throw new FlowletError("BAD_OPTION", { owner: "Flow.load", option: "pathOrName", expected: "a text", got: describeValue(given) });
  checkOptions("Flow.load", options, LOAD_OPTIONS);
  const { path, saved } = readSavedFlow(given);
  const url = saved.modules.find((module) => existsSync(fileURLToPath(module)));
  const refuse = (why: string, cause?: unknown): never => {
    throw new FlowletError("FLOW_NOT_LOADED", { flow: saved.name, module: fileURLToPath(url ?? saved.modules[saved.modules.length - 1]), why }, { cause });
  };
  if (url === undefined) return refuse(`the file is gone (saved in ${path})`);
  const { flows, error } = await loadFile(url, isFlow);
  const named = flows.filter((flow) => flow.name === saved.name);
  const same = named.find((flow) => flow.serializedHash() === saved.hash);
  if (error !== undefined) {
    // It broke, but behind the flow: a file may use what its run would have given.
    if (same === undefined) return refuse(describeError(error).replace(/\.$/, ""), error);
    getLogger("Flow").warning(`Flow ${saved.name} is complete, but its file ${fileURLToPath(url)} broke afterwards: ${describeError(error)}`);
  }
  if (same !== undefined) return same;
  const found = named[0];
  if (found === undefined) return refuse(flows.length === 0 ? "it makes no flow" : `it makes no flow of that name, but ${listNames(flows.map((flow) => flow.name))}`);
  const what = changes(saved, found);
  if (options.strict === true) throw new FlowletError("FLOW_CHANGED", { flow: saved.name, module: fileURLToPath(url), what });
  getLogger("Flow").warning(`Flow ${saved.name} is not what was saved: ${what}. It is loaded as it is now in ${fileURLToPath(url)}; save it again to have this as what is expected.`);
  return found;
}

/** What differs, in words. */
function changes(saved: SavedFlow, flow: LoadedFlow): string {
  const slugs = (tasks: SerializedFlow["tasks"]) => new Set(tasks.map((task) => String(task?.slug)));
  const [before, now] = [slugs(saved.flow.tasks), slugs(flow.serialize().tasks)];
  const parts = [["new", now.difference(before)], ["gone", before.difference(now)]] as const;
  const told = parts.filter(([, names]) => names.size > 0).map(([what, names]) => `${listNames([...names].slice(0, 10))} ${names.size === 1 ? "is" : "are"} ${what}`);
  return told.length > 0 ? told.join(", ") : "its dependencies or options differ";
}
