/**
 * Reports states as the processes of runs do, each batch after the answer to the one before. It is told what to do, says when it is ready, and begins when it is told so.
 */
import { randomUUID } from "node:crypto";
import type { ReportEntry, StateData } from "../../../lib/client/api-types.js";
import { FlowletClient } from "../../../lib/client/flowlet-client.js";
import type { Load, LoadResult } from "../load.ts";

/** States in a batch (count). */
type Batch = ReportEntry[];

class Reporter {
  readonly #client: FlowletClient;
  readonly #processId = randomUUID();
  #flowRunId = "";
  #sequence = 0;
  #states = 0;

  constructor(client: FlowletClient) {
    this.#client = client;
  }

  async begin(flowId: string): Promise<void> {
    this.#flowRunId = (await this.#client.createFlowRun({ flowId })).id;
    await this.#client.beginFlowRun({ flowRunId: this.#flowRunId, processId: this.#processId });
    await this.#send([{ kind: "flowState", sequence: ++this.#sequence, state: state("Running", "Running flow.") }]);
  }

  /** A task begins and ends, then the next one. */
  async report(size: number): Promise<void> {
    await this.#send(Array.from({ length: size }, () => {
      const index = this.#states >> 1, ends = this.#states++ % 2 === 1;
      return { kind: "taskState", sequence: ++this.#sequence, slug: `step-${index}`, mapIndex: -1, taskName: "step", name: "step", state: ends ? state("Success", "Task run succeeded.") : state("Running", "Starting task run."), reason: null, resultPreview: ends ? String(index) : null };
    }));
  }

  async #send(entries: Batch): Promise<void> {
    const { acknowledged, refused } = await this.#client.reportFlowRun({ flowRunId: this.#flowRunId, processId: this.#processId, entries });
    if (acknowledged !== this.#sequence || refused.length > 0) throw new Error(`the server has ${acknowledged} of ${this.#sequence} entries, and refused ${refused.length}`);
  }
}

function state(type: StateData["type"], message: string): StateData {
  return { version: 1, type, message, at: Date.now() };
}

async function work({ endpoint, flowId, batch, runs, warmUp, duration }: Load): Promise<LoadResult> {
  const client = new FlowletClient({ endpoint });
  const reporters = Array.from({ length: runs }, () => new Reporter(client));
  for (const reporter of reporters) await reporter.begin(flowId);
  process.send!("ready");
  await new Promise((resolve) => process.once("message", resolve));
  const from = performance.now() + warmUp, until = from + duration;
  const latencies: number[] = [];
  await Promise.all(reporters.map(async (reporter) => {
    for (;;) {
      const sent = performance.now();
      if (sent >= until) return;
      await reporter.report(batch);
      const answered = performance.now();
      if (sent >= from && answered <= until) latencies.push(answered - sent);
    }
  }));
  return { latencies };
}

process.once("message", (load: Load) => void work(load).then((result) => process.send!(result, () => process.disconnect())));
