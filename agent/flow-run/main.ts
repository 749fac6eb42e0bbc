/** The process of a flow run. It may be started before there is anything to run: then it has everything loaded when the order comes. */
import { describeError } from "../../engine/embedding.ts";
import type { Worker } from "node:worker_threads";
import { FlowRunProcess } from "./flow-run-process.ts";
import { startReportThread } from "./reporter.ts";
import type { AgentMessage, ProcessMessage, RunOrder } from "./run-order.ts";

/** How long what a run has left behind (open files, tasks that end by their signal) may go on after it (milliseconds). */
const AFTERWARDS = 2000, AFTER_CANCEL = 15_000;
/** How long the server has to say that it wants the run to end, before a signal counts by itself (milliseconds). */
const ASK = 1000;

const tell = (message: ProcessMessage): void => {
  // An agent that is gone hears nothing, and the run goes on.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};

function begin(order: RunOrder, reportThread: Worker): void {
  Object.assign(process.env, order.env);
  let cancelled = false, ended = false;
  const run = new FlowRunProcess(order, tell, reportThread);
  const cancel = (message: string) => {
    cancelled = true;
    run.cancel(message);
  };
  const broke = (error: unknown, what: string): void => {
    if (ended) return;
    run.broke(`${what}: ${describeError(error)}${error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : ""}`, error);
    process.exitCode = 1;
    void run.leave().then(() => process.exit(1));
  };
  process.on("message", (message: AgentMessage) => { if (message.type === "cancel") cancel(message.message); });
  // Nobody waits for messages: where nothing else is left to wait for, the run is told (a task whose promise nobody can settle).
  process.channel?.unref();
  process.on("SIGTERM", () => {
    if (ended) process.exit(0);
    run.ask();
    setTimeout(() => cancel("The process of the flow run was told to end."), ASK).unref();
  });
  process.on("SIGINT", () => {});
  process.on("uncaughtException", (error, origin) => broke(error, origin === "unhandledRejection" ? "A promise that nobody waits for was rejected" : "Uncaught error"));
  process.on("exit", (code) => {
    if (ended || run.isOver) return;
    run.broke(`The process of the flow run was ended by process.exit(${code})`);
    run.leaveNow();
    process.exitCode = code === 0 ? 1 : code;
  });
  void run.run().then(() => {
    ended = true;
    process.exitCode = 0;
    if (process.connected) process.disconnect();
    setTimeout(() => process.exit(0), cancelled ? AFTER_CANCEL : AFTERWARDS).unref();
  });
}

function wait(): void {
  const reportThread = startReportThread();
  const gone = () => process.exit(0);
  process.once("disconnect", gone);
  process.once("message", (message: AgentMessage) => {
    process.off("disconnect", gone);
    if (message.type === "run") begin(message.order, reportThread);
  });
  // What the first question to the server loads is loaded now.
  void fetch("data:,").then((response) => response.text()).catch(() => {});
  tell({ type: "ready" });
}

wait();
