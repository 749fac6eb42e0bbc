/**
 * The five ZeroMQ sockets of a kernel. Each has one queue of frames to send: a send that is not awaited gets lost above
 * 512 in one turn of the event loop, and two at a time are refused.
 */
import { Router, XPublisher } from "zeromq";

import { channelAddress, type Channel, type ConnectionInfo } from "./connection-file.ts";
import { report } from "./report.ts";

/** Channels that carry requests. */
export type RequestChannel = "shell" | "control" | "stdin";

/** What arrives. */
export interface SocketListener {
  /** Frames on a request channel, not yet verified. Must not throw. */
  received(channel: RequestChannel, frames: readonly Uint8Array[]): void;
  /** A front end has subscribed to `topic` on iopub (usually the empty one: everything). */
  subscribed(topic: Uint8Array): void;
}

class SendQueue {
  readonly #socket: Router | XPublisher;
  readonly #waiting: (readonly Uint8Array[])[] = [];
  #sending: Promise<void> | undefined;

  constructor(socket: Router | XPublisher) {
    this.#socket = socket;
  }

  push(frames: readonly Uint8Array[]): void {
    this.#waiting.push(frames);
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    // A batch is taken at once: shift() on a long array would be quadratic.
    while (this.#waiting.length > 0) {
      for (const frames of this.#waiting.splice(0)) {
        try {
          await this.#socket.send(frames as Buffer[]);
        } catch (error) {
          if (!this.#socket.closed) report(`a message could not be sent: ${(error as Error).message}`);
        }
      }
    }
    this.#sending = undefined;
  }

  async drained(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }
}

/** The bound sockets. */
export class JupyterSockets {
  readonly #routers: { readonly [Name in RequestChannel | "hb"]: Router };
  readonly #iopub: XPublisher;
  readonly #queues: { readonly [Name in Channel]: SendQueue };

  private constructor() {
    // Reconnecting clients keep their identity (handover); nothing is dropped, however slow a client is (high-water mark 0).
    const router = () => new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 1_000, handover: true });
    this.#routers = { shell: router(), control: router(), stdin: router(), hb: router() };
    // XPUB, because protocol 5.4 greets each subscriber with iopub_welcome.
    this.#iopub = new XPublisher({ sendHighWaterMark: 0, linger: 1_000 });
    this.#iopub.verbosity = "allSubs";
    const { shell, control, stdin, hb } = this.#routers;
    this.#queues = {
      shell: new SendQueue(shell), control: new SendQueue(control), stdin: new SendQueue(stdin), hb: new SendQueue(hb),
      iopub: new SendQueue(this.#iopub),
    };
  }

  /**
   * Binds all channels and starts to receive.
   * @throws Error that names the address, when one is in use
   */
  static async bind(connection: ConnectionInfo, listener: SocketListener): Promise<JupyterSockets> {
    const sockets = new JupyterSockets();
    const channels = ["shell", "control", "stdin", "hb", "iopub"] as const;
    await Promise.all(channels.map(async (channel) => {
      const address = channelAddress(connection, channel);
      try {
        await (channel === "iopub" ? sockets.#iopub : sockets.#routers[channel]).bind(address);
      } catch (error) {
        throw new Error(`The ${channel} channel cannot listen on ${address}: ${(error as Error).message}.`, { cause: error });
      }
    }));
    for (const channel of ["shell", "control", "stdin"] as const) {
      void sockets.#receive(sockets.#routers[channel], (frames) => listener.received(channel, frames));
    }
    void sockets.#receive(sockets.#routers.hb, (frames) => sockets.#queues.hb.push(frames));
    void sockets.#receive(sockets.#iopub, ([frame]) => {
      if (frame !== undefined && frame[0] === 1) listener.subscribed(frame.subarray(1));
    });
    return sockets;
  }

  async #receive(socket: Router | XPublisher, received: (frames: readonly Uint8Array[]) => void): Promise<void> {
    while (!socket.closed) {
      try {
        for await (const frames of socket) received(frames);
      } catch (error) {
        if (!socket.closed) report(`receiving failed: ${(error as Error).message}`);
      }
    }
  }

  send(channel: Channel, frames: readonly Uint8Array[]): void {
    this.#queues[channel].push(frames);
  }

  /** Sends what is queued, then closes. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.drained()));
    for (const socket of [...Object.values(this.#routers), this.#iopub]) socket.close();
  }
}
