/** The thread that reports a run: it goes on while the run's own thread is held by a task. It loads no more than it needs, so that it is there soon. */
import { parentPort, type MessagePort } from "node:worker_threads";
import { FlowletClient } from "../../client/flowlet-client.ts";
import type { FromReportThread, ReportTarget, ToReportThread } from "./report-messages.ts";
import { ReportQueue } from "./report-queue.ts";
import { ReportSender } from "./report-sender.ts";

/** Milliseconds. */
const HEARTBEAT = 30_000;

const port = parentPort as MessagePort;
const tell = (message: FromReportThread): void => port.postMessage(message);

function begin(target: ReportTarget, begins: { readonly acknowledged: number; readonly last: number }): void {
  const { endpoint, token, flowRunId, processId, folder, limits } = target;
  const client = new FlowletClient({ endpoint, token });
  const queue = new ReportQueue(folder, limits, begins);
  const sender = new ReportSender({
    queue,
    send: (entries) => client.reportFlowRun({ flowRunId, processId, entries }),
    onAnswer: (answer) => tell({ type: "answer", answer }),
    onAcknowledged: (sequence) => tell({ type: "acknowledged", sequence }),
    onRefused: ({ message }) => tell({ type: "refused", message }),
    onLeftOut: ({ kind }, { message }) => tell({ type: "leftOut", message: `The server did not take over a ${kind} of this run: ${message}` }),
    onConnection: (error) => tell({ type: "connection", lost: error?.message ?? null }),
  });
  setInterval(() => sender.heartbeat(), HEARTBEAT);
  port.on("message", (message: ToReportThread) => {
    if (message.type === "entry") {
      queue.add(message.sequence, message.line, message.spooled);
      sender.begin();
    } else if (message.type === "heartbeat") sender.heartbeat();
    else if (message.type === "hurry") sender.hurry();
  });
  sender.begin();
}

port.once("message", (message: ToReportThread) => { if (message.type === "begin") begin(message.target, message); });
// What the first question to the server loads is loaded now.
void fetch("data:,").then((response) => response.text()).catch(() => {});
