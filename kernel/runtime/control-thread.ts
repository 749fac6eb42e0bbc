/**
 * The control thread: works while the main thread is blocked. Hands messages of the kernel process on to the main thread,
 * and interrupts it.
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";

import { encodeLine, LineReader } from "../user-process/json-lines.ts";
import { CONTROL_DESCRIPTOR, type FromControl, type ToControl, type ToMain } from "../user-process/link.ts";
import { SHARED, type ControlThreadData, type ControlToMain } from "./control-messages.ts";

/** How long the main thread may take to answer an interrupt (ms) before its code is cut off; doubles up to the longest. */
const PATIENCE = { first: 50, longest: 400 };

/** How often a late cut is offered something to hit, every 2 ms. */
const ABSORB_TRIES = 100;

/** When the user is told that the interrupt is not answered (ms). */
const UNRESPONSIVE = 5_000;

const { shared, main, input } = workerData as ControlThreadData;
const kernel = new Socket({ fd: CONTROL_DESCRIPTOR, readable: true, writable: true });
/** Connected only while an interrupt is under way: a process that ends waits for sessions of this kind. */
let session: Session | undefined;

let numbered = 0;
/** Messages that the main thread has not taken yet, as far as known. */
let untaken: { readonly number: number; readonly message: ToMain }[] = [];
let interrupts = 0;
let interrupting = false;
let terminating = false;

const tellKernel = (message: FromControl): void => void kernel.write(encodeLine(message));
const tellMain = (message: ControlToMain): void => main.postMessage(message);

function received(message: ToControl): void {
  if (message.type === "interrupt") {
    void interrupt();
  } else if (message.type === "inputReply" && message.blocking) {
    input.postMessage(message);
    Atomics.add(shared, SHARED.inputAnswers, 1);
    Atomics.notify(shared, SHARED.inputAnswers);
  } else {
    const taken = Atomics.load(shared, SHARED.takenMessage);
    if (untaken.length > 0) untaken = untaken.filter(({ number }) => number > taken);
    const entry = { number: ++numbered, message };
    untaken.push(entry);
    // While main is interrupted its code may be cut off: what it is told then waits.
    if (!interrupting) tellMain(entry);
  }
}

/** Cutting off the main thread's code can swallow the message it was about to handle. */
function resend(): void {
  const taken = Atomics.load(shared, SHARED.takenMessage);
  untaken = untaken.filter(({ number }) => number > taken);
  for (const entry of untaken) tellMain(entry);
}

/**
 * Asks the main thread to end what it does; while it does not answer, its code is cut off and it is asked again. It is
 * the answer that ends a cell: the cut only brings the main thread back to where it can answer.
 */
async function interrupt(): Promise<void> {
  if (interrupting) return;
  interrupting = true;
  const number = ++interrupts;
  Atomics.store(shared, SHARED.askedInterrupt, number);
  const start = performance.now();
  let terminated = 0;
  let told = false;
  let patience = PATIENCE.first;
  tellMain({ interrupt: number });
  while (!(await answered(number, patience))) {
    // One cut at a time: several would wait behind a call that cannot be interrupted, and hit what comes after it.
    if (!terminating) {
      terminating = true;
      terminated++;
      if (session === undefined) {
        session = new Session();
        session.connectToMainThread();
      }
      session.post("Runtime.terminateExecution", () => (terminating = false));
    }
    tellMain({ interrupt: number });
    patience = Math.min(patience * 2, PATIENCE.longest);
    if (!told && performance.now() - start > UNRESPONSIVE) {
      told = true;
      tellKernel({ type: "unresponsive" });
    }
  }
  // A cut that comes after the answer hits what the main thread does next: let that be a message that means nothing.
  for (let tries = 0; terminating && tries < ABSORB_TRIES; tries++) {
    tellMain({ interrupt: number });
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  session?.disconnect();
  session = undefined;
  terminating = false;
  interrupting = false;
  resend();
  tellKernel({ type: "interrupted", terminated });
}

async function answered(number: number, patience: number): Promise<boolean> {
  const limit = performance.now() + patience;
  for (;;) {
    const before = Atomics.load(shared, SHARED.answeredInterrupt);
    if (before >= number) return true;
    const left = limit - performance.now();
    if (left <= 0) return false;
    await Atomics.waitAsync(shared, SHARED.answeredInterrupt, before, left).value;
  }
}

const reader = new LineReader((message) => received(message as ToControl), () => {});
kernel.on("data", (chunk: Buffer) => reader.push(chunk));
kernel.on("error", () => {});
kernel.on("close", () => {
  // The kernel process is gone. The main thread may be blocked, and has child processes: all end together.
  try {
    process.kill(process.platform === "win32" ? process.pid : -process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
});
main.on("message", resend);
