/** How Node is started in a thread. */
import { Worker, type WorkerOptions } from "node:worker_threads";

/** Starts a thread with Node's own options, without those that say what the main thread's program is: `node -e "…"`. */
export function startWorker(url: URL, options: WorkerOptions): Worker {
  const kept = withoutProgram(process.execArgv);
  // Inherited: what holds for the whole process, e.g. --max-old-space-size, is refused where it is given.
  if (kept.length === process.execArgv.length) return new Worker(url, options);
  try {
    return new Worker(url, { ...options, execArgv: kept });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "ERR_WORKER_INVALID_EXEC_ARGV") throw error;
    // Node tells which.
    const refused = new Set((error as Error).message.replace(/^.*?flags: /s, "").split(/,\s*/));
    return new Worker(url, { ...options, execArgv: kept.filter((option) => !refused.has(option)) });
  }
}

function withoutProgram(options: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < options.length; i++) {
    if (/^(-e|-p|-pe|--eval|--print|--input-type)$/.test(options[i])) i++;
    else if (!/^--(eval|print|input-type)=/.test(options[i])) kept.push(options[i]);
  }
  return kept;
}
