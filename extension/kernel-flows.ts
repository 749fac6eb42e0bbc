/**
 * The pictures' side of one kernel's comm, shared by all notebooks on that kernel.
 *
 * The kernel opens the comm. A page that comes later finds it with comm_info_request and takes its half without opening
 * anything. Only one connection to a kernel may hold comms in JupyterLab (`handleComms`): it is the one used here, and when
 * it goes, another notebook's takes over.
 */
import type { Kernel, KernelMessage as JupyterMessage } from "@jupyterlab/services";
import type { JSONObject } from "@lumino/coreutils";
import { type ISignal, Signal } from "@lumino/signaling";
import { COMM_TARGET, type KernelMessage, type ViewMessage } from "../protocol/comm-messages.ts";
import { readKernelMessage } from "./kernel-message.ts";

/** How long an answer may take (milliseconds): a kernel that was restarted behind our back never gives one. */
const ANSWER_TIME = 15_000;

/**
 * How long the first answers after a page has loaded may take before they are asked for again (milliseconds), and how often:
 * what the kernel sends while the server has not yet joined its broadcast is lost.
 */
const FIRST_TIME = 3000;
const FIRST_TRIES = 5;

/** What a request is answered with. */
export type Answer = Extract<KernelMessage, { type: "details" | "action" | "error" | "snapshot" | "replaced" }>;

type Request = ViewMessage & { readonly requestId: string };

const GONE: ReadonlySet<string> = new Set(["dead", "restarting", "autorestarting", "terminating"]);

export class KernelFlows {
  readonly #connections: Kernel.IKernelConnection[] = [];
  readonly #comms = new Map<string, Kernel.IComm>();
  readonly #sequence = new Map<string, number>();
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  readonly #askedAgain = new Set<string>();
  readonly #received = new Signal<this, KernelMessage>(this);
  readonly #liveChanged = new Signal<this, void>(this);
  #active: Kernel.IKernelConnection | null = null;
  #attaching: Promise<void> | null = null;
  #requests = 0;

  /** Every message that is new, in order; gaps are filled by a snapshot. */
  get received(): ISignal<this, KernelMessage> { return this.#received; }
  get liveChanged(): ISignal<this, void> { return this.#liveChanged; }
  /** Is there a comm to the kernel? */
  get isLive(): boolean { return this.#comms.size > 0; }
  /** Connections left. */
  get connections(): number { return this.#connections.length; }

  /** Takes a notebook's connection to the kernel into use. */
  add(kernel: Kernel.IKernelConnection): void {
    if (this.#connections.includes(kernel)) return;
    this.#connections.push(kernel);
    kernel.disposed.connect(this.#onDisposed, this);
    if (this.#active === null && kernel.handleComms) this.#activate(kernel);
  }

  /** A notebook no longer uses its connection. */
  remove(kernel: Kernel.IKernelConnection): void {
    const at = this.#connections.indexOf(kernel);
    if (at < 0) return;
    this.#connections.splice(at, 1);
    kernel.disposed.disconnect(this.#onDisposed, this);
    if (this.#active !== kernel) return;
    kernel.statusChanged.disconnect(this.#onStatus, this);
    kernel.connectionStatusChanged.disconnect(this.#onConnection, this);
    if (!kernel.isDisposed) kernel.removeCommTarget(COMM_TARGET, this.#onOpen);
    this.#active = null;
    this.#clear();
    const next = this.#connections.find((other) => !other.isDisposed);
    if (next === undefined) return;
    // Nobody else holds this kernel's comms now.
    next.handleComms = true;
    this.#activate(next);
  }

  #activate(kernel: Kernel.IKernelConnection): void {
    this.#active = kernel;
    kernel.registerCommTarget(COMM_TARGET, this.#onOpen);
    kernel.statusChanged.connect(this.#onStatus, this);
    kernel.connectionStatusChanged.connect(this.#onConnection, this);
    void this.attach();
  }

  /** Looks for the kernel's comm, unless it is known. Never rejects; asking twice asks once. */
  attach(): Promise<void> {
    this.#attaching ??= this.#attach()
      // A kernel that dies or restarts meanwhile is told by its status.
      .catch(() => {})
      .finally(() => (this.#attaching = null));
    return this.#attaching;
  }

  async #attach(): Promise<void> {
    const kernel = this.#active;
    if (kernel === null || kernel.isDisposed || GONE.has(kernel.status)) return;
    // The reply may be older than a comm_open that came meanwhile on the other socket: it tells of those before it only.
    const known = [...this.#comms.keys()];
    const reply = await retried(FIRST_TRIES, () => within(FIRST_TIME, kernel.requestCommInfo({ target_name: COMM_TARGET })));
    if (kernel !== this.#active || kernel.isDisposed || reply.content.status !== "ok") return;
    const comms = Object.keys(reply.content.comms);
    for (const id of known) if (!comms.includes(id)) this.#comms.delete(id);
    for (const id of comms) {
      // No open(): the kernel has opened it, only this half is missing.
      if (!this.#comms.has(id) && !kernel.hasComm(id)) this.#adopt(kernel.createComm(COMM_TARGET, id));
    }
    this.#liveChanged.emit();
  }

  readonly #onOpen = (comm: Kernel.IComm): void => {
    this.#adopt(comm);
    this.#liveChanged.emit();
  };

  #adopt(comm: Kernel.IComm): void {
    comm.onMsg = (message: JupyterMessage.ICommMsgMsg) => this.#receive(message.content.data);
    comm.onClose = () => {
      this.#comms.delete(comm.commId);
      this.#liveChanged.emit();
    };
    this.#comms.set(comm.commId, comm);
  }

  #receive(data: unknown): void {
    const message = readKernelMessage(data);
    if (message === null) return;
    if (message.type === "snapshot") {
      this.#sequence.set(message.flowId, message.seq);
      this.#askedAgain.delete(message.flowId);
    } else if (message.type === "delta") {
      const last = this.#sequence.get(message.flowId);
      // The same delta comes once on each comm.
      if (last !== undefined && message.seq <= last) return;
      this.#sequence.set(message.flowId, message.seq);
      if (last === undefined || message.seq > last + 1) this.#askAgain(message.flowId);
    }
    if ("requestId" in message && message.requestId !== undefined) {
      const answer = this.#waiting.get(message.requestId);
      if (answer !== undefined) {
        if (message.type !== "action" || message.status === "finished") this.#waiting.delete(message.requestId);
        answer(message);
      }
    }
    this.#received.emit(message);
  }

  #askAgain(flowId: string): void {
    if (this.#askedAgain.has(flowId)) return;
    this.#askedAgain.add(flowId);
    this.#send({ type: "snapshot", flowId });
  }

  #send(message: ViewMessage): boolean {
    const comm = [...this.#comms.values()].at(-1);
    if (comm === undefined || comm.isDisposed) return false;
    try {
      comm.send(message as unknown as JSONObject);
      return true;
    } catch {
      // The kernel died between two messages.
      this.#clear();
      return false;
    }
  }

  /** Asks for the flow as it is now. @throws like {@link KernelFlows.request} */
  snapshot(flowId: string, graph: string): Promise<Answer> {
    return retried(FIRST_TRIES, () => this.request({ type: "snapshot", flowId, graph }, undefined, FIRST_TIME));
  }

  /**
   * Sends a request and waits for its first answer; `progress` gets the later ones of an action.
   * @throws Error with a sentence when there is no kernel, no answer in time, or the kernel refuses
   */
  async request(message: DistributiveOmit<Request, "requestId">, progress?: (answer: Answer) => void, time: number = ANSWER_TIME): Promise<Answer> {
    const requestId = `${++this.#requests}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => {
      this.#waiting.delete(requestId);
      reject(new NoAnswer("The kernel does not answer. It may have been restarted: run the cell that makes this flow again."));
    }, time);
    this.#waiting.set(requestId, (answer) => {
      clearTimeout(timer);
      if (answer.type === "error") reject(new Error(answer.message));
      else resolve(answer);
      progress?.(answer);
    });
    if (!this.#send({ ...message, requestId } as Request)) {
      clearTimeout(timer);
      this.#waiting.delete(requestId);
      throw new Error("There is no connection to the kernel. Run the cell that makes this flow.");
    }
    return promise;
  }

  #clear(): void {
    if (this.#comms.size === 0) return;
    this.#comms.clear();
    this.#sequence.clear();
    this.#askedAgain.clear();
    this.#liveChanged.emit();
  }

  #onDisposed(kernel: Kernel.IKernelConnection): void { this.remove(kernel); }

  #onStatus(_: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (GONE.has(status)) this.#clear();
  }

  #onConnection(_: Kernel.IKernelConnection, status: Kernel.ConnectionStatus): void {
    if (status === "connected") void this.attach();
    else this.#clear();
  }
}

/** Nothing came in time; what is asked again may be answered. */
class NoAnswer extends Error {}

async function within<T>(time: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new NoAnswer("The kernel does not answer.")), time)));
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

async function retried<T>(tries: number, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (--tries <= 0 || !(error instanceof NoAnswer)) throw error;
    }
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
