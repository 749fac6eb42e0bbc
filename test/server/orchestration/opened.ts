/** An open orchestration with a clock that tests move, and what is often made in it. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect } from "vitest";
import type { StateName } from "../../../protocol/states.ts";
import { OPERATIONS, type OperationId } from "../../../server/api/operations.ts";
import type { FlowRegistration } from "../../../server/api/schemas/flow.ts";
import { flowRegistration } from "../../../server/api/schemas/flow.ts";
import { newFlowRun, type FlowRunInfo } from "../../../server/api/schemas/flow-run.ts";
import { report, type ReportAnswer } from "../../../server/api/schemas/report.ts";
import type { StateData } from "../../../server/api/schemas/state.ts";
import { openOrchestration } from "../../../server/orchestration/open-orchestration.ts";
import type { NumberedEvent, Orchestration } from "../../../server/orchestration/orchestration.ts";
import type { z } from "zod";
import { newDatabase, type DatabaseKind } from "../databases.ts";

export class Opened {
  orchestration!: Orchestration;
  database!: string;
  /** What the orchestration believes to be now. */
  time = Date.parse("2026-03-01T12:00:00Z");
  #sequences = new Map<string, number>();

  async open(): Promise<void> {
    this.orchestration = checked(await openOrchestration({ database: this.database, now: () => this.time }));
  }

  async register(name: string, more: Partial<z.input<typeof flowRegistration>> = {}) {
    return this.orchestration.registerFlow(registration(name, more));
  }

  /** A run of a new flow, or of the given one. */
  async run(more: z.input<typeof newFlowRun> = {}) {
    const flowId = more.flowId ?? (more.flowGroupId === undefined && more.flow === undefined ? (await this.register(`flow-${randomUUID()}`)).flow.id : undefined);
    return this.orchestration.createFlowRun(newFlowRun.parse({ ...more, ...(flowId === undefined ? {} : { flowId }) }));
  }

  async agent(labels: string[] = [], name = "agent") {
    return this.orchestration.registerAgent({ id: null, name, type: "LocalAgent", labels, hostname: "host", coreVersion: "0.1.0", limit: null });
  }

  /** Runs that the agent may take. */
  async queue(agentId: string, more: { limit?: number; before?: string; exclude?: string[] } = {}) {
    return (await this.orchestration.getRunsInQueue({ agentId, limit: 25, exclude: [], ...more })).items;
  }

  /** A run that an agent has taken and whose process says that it runs. */
  async running(more: z.input<typeof newFlowRun> = {}) {
    const run = await this.run(more);
    return { run, ...(await this.begin(run.id)) };
  }

  /** An agent takes a run that waits, and its process says that it runs. */
  async begin(flowRunId: string) {
    const run = await this.orchestration.getFlowRun({ flowRunId });
    const agent = await this.agent(run.labels);
    await this.orchestration.submitFlowRun({ agentId: agent.id, flowRunId, version: run.version });
    const processId = randomUUID();
    const info: FlowRunInfo = await this.orchestration.beginFlowRun({ flowRunId, processId, agentId: agent.id });
    await this.report(flowRunId, processId, [this.flowState("Running")]);
    return { agent, processId, info, report: (entries: Entry[]) => this.report(flowRunId, processId, entries) };
  }

  /** Sends entries with the next sequence numbers of the process. */
  async report(flowRunId: string, processId: string, entries: Entry[]): Promise<ReportAnswer> {
    let last = this.#sequences.get(processId) ?? 0;
    const numbered = entries.map((entry) => ({ sequence: ++last, ...entry }));
    this.#sequences.set(processId, last);
    return this.orchestration.reportFlowRun({ flowRunId, ...report.parse({ processId, entries: numbered }) });
  }

  flowState(type: StateName, message: string | null = null): Entry {
    return { kind: "flowState", state: this.state(type, message) };
  }

  taskState(slug: string, type: StateName, { mapIndex = -1, message = null, ...more }: { mapIndex?: number; message?: string | null } & Record<string, unknown> = {}): Entry {
    return { kind: "taskState", slug, mapIndex, taskName: slug, name: mapIndex < 0 ? slug : `${slug}[${mapIndex}]`, state: { ...this.state(type, message), ...more } };
  }

  log(message: string, more: Record<string, unknown> = {}): Entry {
    return { kind: "log", at: new Date(this.time).toISOString(), level: "INFO", logger: "prefect.flow", message, ...more };
  }

  state(type: StateName, message: string | null = null): StateData {
    return { version: 1, type, message, at: this.time };
  }

  /** Events that come from now on. */
  events(after?: number): { readonly heard: NumberedEvent[]; stop(): void } {
    const heard: NumberedEvent[] = [];
    return { heard, stop: this.orchestration.subscribe((event) => heard.push(event), after) };
  }
}

/** Every answer, of every test, is as the contract says. */
function checked(orchestration: Orchestration): Orchestration {
  return new Proxy(orchestration, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (!Object.hasOwn(OPERATIONS, name) || typeof member !== "function") return member;
      const { response } = OPERATIONS[name as OperationId];
      return async (input: never) => {
        const answer = (await (member as (input: never) => Promise<unknown>)(input));
        expect(response.parse(answer), `${String(name)} answers with what the contract does not know`).toEqual(answer);
        return answer;
      };
    },
  });
}

export type Entry = Record<string, unknown> & { kind: string; sequence?: number };

/** Opens an orchestration for the tests of a block. */
export function opened(kind: DatabaseKind): Opened {
  const test = new Opened();
  beforeAll(async () => {
    test.database = await newDatabase(kind);
    await test.open();
  });
  afterAll(() => test.orchestration?.close());
  return test;
}

export function registration(name: string, more: Partial<z.input<typeof flowRegistration>> = {}): FlowRegistration {
  return flowRegistration.parse({
    project: "examples", name, bundle: { format: 1, code: `export const flow = ${JSON.stringify(name)};` }, parameters: [], coreVersion: "0.1.0",
    tasks: ["extract-1", "load-1"].map((slug) => ({ slug, name: slug.slice(0, -2), type: "FunctionTask", tags: [], mapped: false, maxRetries: 0, retryDelay: null, timeout: null, trigger: "allSuccessful" })),
    graph: { version: 1, flowId: "x", name, graph: "hash", nodes: [{ id: "extract-1", name: "extract" }, { id: "load-1", name: "load" }], edges: [[0, 1, "data"]] },
    ...more,
  });
}
