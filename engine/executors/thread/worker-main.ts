/** The first module of a worker thread: makes the calls that the main thread asks for. */
import { compileFunction, constants } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { currentTrace } from "../../runners/task-tracing.ts";
import { installTracing } from "../../tracing/install.ts";
import type { ThreadData, ToThread } from "./messages.ts";
import { Outbox } from "./worker-outbox.ts";
import { installOutput } from "./worker-output.ts";
import { WorkerCalls } from "./worker-calls.ts";

const { setup, slots, traces } = workerData as ThreadData;
const port = parentPort as NonNullable<typeof parentPort>;
const outbox = new Outbox(port);
const calls = new WorkerCalls(outbox, slots);

allowImports();
if (traces) installTracing(currentTrace);
installOutput((stream, text) => outbox.print(stream, text));
if (setup !== null) {
  const { setUpThread } = (await import(setup.url)) as { readonly setUpThread: (data: unknown) => void | Promise<void> };
  await setUpThread(setup.data);
}
port.on("message", (message: ToThread) => calls.received(message));

/** The first import by a compiled function warns that this is experimental; the version of Node is pinned, and users can not act on it. */
function allowImports(): void {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  compileFunction('import("node:path")', [], { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })();
  process.emitWarning = emitWarning;
}
