/** Tells the server what a process of a run has left behind: what it had not told itself, and, where it ended before its run did, that the run has failed. */
import { ApiError } from "../client/api-error.ts";
import type { ReportAnswer, ReportEntry } from "../client/api-types.ts";
import type { FlowletClient } from "../client/flowlet-client.ts";
import { readSpool } from "./flow-run/spool.ts";
import { lostEntry, substitute } from "./flow-run/substitute-entry.ts";
import type { RunFolder, RunProcessData } from "./run-folder.ts";

/** Of one batch (count; characters of JSON). */
const MAX_ENTRIES = 2000, MAX_SIZE = 400_000;
/** What the API takes (characters). */
const LONGEST_MESSAGE = 10_000;

const UNFIT = new Set(["BAD_REQUEST", "UNPROCESSABLE", "PAYLOAD_TOO_LARGE"]);

/**
 * Sends it all, and removes the folder. May be done again, and by several agents: nothing is doubled.
 * @param died why the process has ended; null: its run has ended by itself
 * @throws ApiError where the server can not be reached; then nothing is removed
 */
export async function tellLeftBehind(client: FlowletClient, folder: RunFolder, data: RunProcessData, died: string | null): Promise<void> {
  const answer = await unlessOver(() => tellSpool(client, folder, data));
  if (died !== null && !folder.hasEnded && answer?.flowRun.superseded !== true) {
    // A process that the server does not know has never begun, and the run may be somebody else's meanwhile.
    if (answer !== null || await isWaiting(client, data)) await unlessOver(() => tellDeath(client, data, answer === null ? null : data.processId, died));
  }
  folder.remove();
}

/** @returns null: the run is gone, or not this process's any more, or never was */
async function unlessOver<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError && (error.code === "CONFLICT" || error.code === "NOT_FOUND")) return null;
    throw error;
  }
}

async function isWaiting(client: FlowletClient, { flowRunId, agentId }: RunProcessData): Promise<boolean> {
  const run = await unlessOver(() => client.getFlowRun({ flowRunId }));
  return run?.state === "Submitted" && run.agentId === agentId;
}

async function tellDeath(client: FlowletClient, { agentId, flowRunId }: RunProcessData, processId: string | null, message: string): Promise<void> {
  await client.failFlowRun({ agentId, flowRunId, processId, message: message.slice(0, LONGEST_MESSAGE) });
}

async function tellSpool(client: FlowletClient, folder: RunFolder, data: RunProcessData): Promise<ReportAnswer> {
  let answer = await send(client, data, []);
  for (const entries of batches(withoutGaps(readSpool(folder.spool, answer.acknowledged), answer.acknowledged))) answer = await send(client, data, entries);
  return answer;
}

async function send(client: FlowletClient, data: RunProcessData, entries: readonly ReportEntry[]): Promise<ReportAnswer> {
  const { flowRunId, processId } = data;
  try {
    return await client.reportFlowRun({ flowRunId, processId, entries: [...entries] });
  } catch (error) {
    if (!(error instanceof ApiError && UNFIT.has(error.code)) || entries.length === 0) throw error;
    // One entry that the server does not take keeps nobody from telling the others.
    if (entries.length === 1) {
      const other = substitute(entries[0], error.message);
      return await client.reportFlowRun({ flowRunId, processId, entries: [other] }).catch(() => client.reportFlowRun({ flowRunId, processId, entries: [lostEntry(entries[0].sequence)] }));
    }
    const half = Math.ceil(entries.length / 2);
    await send(client, data, entries.slice(0, half));
    return await send(client, data, entries.slice(half));
  }
}

/** What could not be written is made up for: the server takes nothing that follows a gap. */
function* withoutGaps(entries: Iterable<ReportEntry>, after: number): Generator<ReportEntry> {
  let next = after + 1;
  for (const entry of entries) {
    for (; next < entry.sequence; next++) yield lostEntry(next);
    if (entry.sequence !== next) continue;
    yield entry;
    next++;
  }
}

function* batches(entries: Iterable<ReportEntry>): Generator<ReportEntry[]> {
  let batch: ReportEntry[] = [], size = 0;
  for (const entry of entries) {
    const length = JSON.stringify(entry).length;
    if (batch.length > 0 && (batch.length >= MAX_ENTRIES || size + length > MAX_SIZE)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(entry);
    size += length;
  }
  if (batch.length > 0) yield batch;
}
