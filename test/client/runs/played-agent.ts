/** An agent that a test plays: what it reports is what the test says. */
import { randomUUID } from "node:crypto";
import type { FlowletClient } from "../../../client/flowlet-client.ts";
import type { FlowRegistration, StateName } from "../../../client/api-types.ts";

/** Registers a flow whose code nobody runs. @returns its id */
export async function registerBare(client: FlowletClient, name: string, changes: Partial<FlowRegistration> = {}): Promise<string> {
  const task = { slug: "add-1", name: "add", type: "FunctionTask", tags: [], mapped: false, maxRetries: 0, retryDelay: null, timeout: null, trigger: "allSuccessful" };
  const { flow } = await client.registerFlow({
    project: "examples", name, bundle: { format: 1, code: `export const name = ${JSON.stringify(name)};` }, parameters: [], tasks: [task], graph: { version: 1, flowId: name, name, graph: "x", nodes: [{ id: "add-1", name: "add" }], edges: [] }, coreVersion: "0.1.0", ...changes,
  });
  return flow.id;
}

/** Takes a run and speaks for it. */
export class PlayedRun {
  readonly #client: FlowletClient;
  readonly #flowRunId: string;
  readonly #processId = randomUUID();
  #sequence = 1;

  private constructor(client: FlowletClient, flowRunId: string) {
    this.#client = client;
    this.#flowRunId = flowRunId;
  }

  static async take(client: FlowletClient, flowRunId: string, labels: string[] = []): Promise<PlayedRun> {
    const agent = await client.registerAgent({ name: "played", type: "LocalAgent", labels, hostname: "here", coreVersion: "0.1.0" });
    const { version } = await client.getFlowRun({ flowRunId });
    await client.submitFlowRun({ agentId: agent.id, flowRunId, version });
    const run = new PlayedRun(client, flowRunId);
    await client.beginFlowRun({ flowRunId, processId: run.#processId, agentId: agent.id });
    return run;
  }

  async flowState(type: StateName, message: string): Promise<void> {
    await this.#report({ kind: "flowState", state: { version: 1, type, message, at: Date.now() } });
  }

  async taskState(type: StateName, message: string, result?: object, mapIndex = -1): Promise<void> {
    await this.#report({ kind: "taskState", slug: "add-1", mapIndex, taskName: "add", name: mapIndex === -1 ? "add" : `add[${mapIndex}]`, state: { version: 1, type, message, at: Date.now(), ...(result === undefined ? {} : { result }) } });
  }

  async log(message: string, slug: string | null = null): Promise<void> {
    await this.#report({ kind: "log", at: new Date().toISOString(), level: "INFO", logger: "flowlet.add", message, slug });
  }

  /** The run succeeds, and logs something in the next millisecond. */
  async end(logged: string, message: string): Promise<void> {
    const at = Date.now();
    const entries = [
      { kind: "flowState", state: { version: 1, type: "Success", message, at }, sequence: this.#sequence++ },
      { kind: "log", at: new Date(at + 1).toISOString(), level: "INFO", logger: "flowlet.FlowRunner", message: logged, slug: null, sequence: this.#sequence++ },
    ];
    await this.#client.reportFlowRun({ flowRunId: this.#flowRunId, processId: this.#processId, entries: entries as never });
  }

  async #report(entry: object): Promise<void> {
    await this.#client.reportFlowRun({ flowRunId: this.#flowRunId, processId: this.#processId, entries: [{ ...entry, sequence: this.#sequence++ } as never] });
  }
}
