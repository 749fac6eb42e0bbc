/**
 * A Jupyter client on raw ZeroMQ sockets: spawns the built kernel and speaks the wire protocol to it, without any of the
 * kernel's own code, so that a mistake there cannot hide here.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer, Request, Subscriber } from "zeromq";

export interface Message {
  channel: "shell" | "control" | "stdin" | "iopub";
  header: { msg_id: string; msg_type: string; session: string; version: string };
  parent_header: { msg_id?: string; msg_type?: string };
  metadata: any;
  content: any;
  signature: string;
}

export interface Execution {
  reply: any;
  /** Everything published for the request, `busy`, `execute_input` and `idle` included. */
  published: Message[];
  /** Outputs only. */
  outputs: Message[];
  stdout: string;
  stderr: string;
  /** `data` of execute_result. */
  result: any;
  error: { ename: string; evalue: string; traceback: string[] } | undefined;
}

export interface ExecuteOptions {
  silent?: boolean;
  store_history?: boolean;
  user_expressions?: Record<string, string>;
  allow_stdin?: boolean;
  stop_on_error?: boolean;
  metadata?: any;
}

export interface StartOptions {
  /** The notebook's folder. Default: a new temporary one. */
  directory?: string;
  key?: string;
  env?: NodeJS.ProcessEnv;
  /** The kernel's entry. Default: {@link KERNEL_MAIN}. */
  main?: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The built kernel's entry. */
export const KERNEL_MAIN = process.env.FLOWLET_TEST_KERNEL ?? path.join(root, "lib/kernel/main.js");

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const LIMIT = 30_000;

export class KernelClient {
  readonly process: ChildProcess;
  readonly directory: string;
  /** All messages received so far, in order of arrival. */
  readonly received: Message[] = [];
  /** The kernel's own stderr (a server's log). */
  log = "";
  readonly key: string;
  readonly #session = randomUUID();
  readonly #sockets: { shell: Dealer; control: Dealer; stdin: Dealer; iopub: Subscriber };
  readonly ports: Readonly<Record<string, number>>;
  readonly #waiting = new Set<() => void>();
  readonly #owned: string[];
  exit: Promise<{ code: number | null; signal: string | null }>;

  private constructor(child: ChildProcess, directory: string, owned: string[], key: string, ports: Record<string, number>) {
    this.process = child;
    this.directory = directory;
    this.#owned = owned;
    this.key = key;
    this.ports = ports;
    const identity = randomUUID();
    this.#sockets = {
      shell: new Dealer({ routingId: identity, linger: 0 }), control: new Dealer({ routingId: identity, linger: 0 }),
      stdin: new Dealer({ routingId: identity, linger: 0 }), iopub: new Subscriber({ linger: 0, receiveHighWaterMark: 0 }),
    };
    child.stderr!.on("data", (chunk) => (this.log += chunk));
    child.stdout!.on("data", (chunk) => (this.log += chunk));
    this.exit = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  }

  /** Spawns a kernel and waits until it answers. Another process may take a port that was free: then with other ports. */
  static async start(options: StartOptions = {}): Promise<KernelClient> {
    for (let attempts = 3; ; attempts--) {
      const client = await KernelClient.#spawn(options);
      const ready = (async () => {
        await client.waitFor((message) => message.header.msg_type === "iopub_welcome");
        await client.request("kernel_info_request");
        return "ready" as const;
      })();
      ready.catch(() => {});
      const outcome = await Promise.race([ready, client.exit]);
      if (outcome === "ready") return client;
      await client.stop();
      if (attempts === 0 || !client.log.includes("cannot listen")) throw new Error(`the kernel ended with code ${outcome.code}: ${client.log}`);
    }
  }

  static async #spawn(options: StartOptions): Promise<KernelClient> {
    const own = await mkdtemp(path.join(os.tmpdir(), "flowlet-kernel-"));
    const directory = options.directory ?? own;
    const key = options.key ?? randomUUID();
    const [shell, iopub, stdin, control, hb] = (await freePorts(5)) as [number, number, number, number, number];
    const ports = { shell_port: shell, iopub_port: iopub, stdin_port: stdin, control_port: control, hb_port: hb };
    const file = path.join(own, "connection.json");
    await writeFile(file, JSON.stringify({ transport: "tcp", ip: "127.0.0.1", ...ports, key, signature_scheme: "hmac-sha256", kernel_name: "flowlet" }));
    const child = spawn(process.execPath, [options.main ?? KERNEL_MAIN, file], { cwd: directory, env: { ...process.env, FORCE_COLOR: undefined, JPY_PARENT_PID: String(process.pid), ...options.env }, stdio: ["ignore", "pipe", "pipe"] });
    const client = new KernelClient(child, directory, [own], key, ports);
    const connect = (port: number) => `tcp://127.0.0.1:${port}`;
    client.#sockets.iopub.subscribe();
    client.#sockets.iopub.connect(connect(iopub));
    client.#sockets.shell.connect(connect(shell));
    client.#sockets.control.connect(connect(control));
    client.#sockets.stdin.connect(connect(stdin));
    for (const channel of ["shell", "control", "stdin", "iopub"] as const) void client.#receive(channel);
    return client;
  }

  async #receive(channel: Message["channel"]): Promise<void> {
    try {
      for await (const frames of this.#sockets[channel]) {
        const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
        const [signature, ...parts] = frames.slice(at + 1).map(String) as [string, string, string, string, string];
        const expected = this.key === "" ? "" : this.#sign(parts.slice(0, 4));
        if (signature !== expected) throw new Error(`wrong signature of ${parts[0]}`);
        const [header, parent_header, metadata, content] = parts.map((part) => JSON.parse(part));
        this.received.push({ channel, header, parent_header, metadata, content, signature });
        for (const check of [...this.#waiting]) check();
      }
    } catch (error) {
      if (!this.#sockets[channel].closed) throw error;
    }
  }

  #sign(parts: readonly string[]): string {
    const hmac = createHmac("sha256", this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** Sends frames as they are. */
  async sendFrames(channel: "shell" | "control" | "stdin", frames: (string | Buffer)[]): Promise<void> {
    await this.#sockets[channel].send(frames);
  }

  /** Frames of a message, for tests that spoil them. */
  frames(type: string, content: any = {}, metadata: any = {}, msgId = randomUUID() as string): string[] {
    const header = { msg_id: msgId, msg_type: type, session: this.#session, username: "test", date: new Date().toISOString(), version: "5.4" };
    const parts = [header, {}, metadata, content].map((part) => JSON.stringify(part));
    return ["<IDS|MSG>", this.key === "" ? "" : this.#sign(parts), ...parts];
  }

  /** Sends a message. @returns its id */
  async send(channel: "shell" | "control" | "stdin", type: string, content: any = {}, metadata: any = {}): Promise<string> {
    const id = randomUUID();
    await this.sendFrames(channel, this.frames(type, content, metadata, id));
    return id;
  }

  /** Waits for a message, also one that has arrived already (from index `since` on). */
  async waitFor(matches: (message: Message) => boolean, since = 0, limit = LIMIT): Promise<Message> {
    let at = since;
    return new Promise((resolve, reject) => {
      const check = () => {
        for (; at < this.received.length; at++) {
          if (!matches(this.received[at]!)) continue;
          this.#waiting.delete(check);
          clearTimeout(timer);
          return resolve(this.received[at]!);
        }
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        const last = this.received.slice(-8).map(({ channel, header, content }) => `${channel} ${header.msg_type} ${JSON.stringify(content).slice(0, 200)}`);
        reject(new Error(`no such message within ${limit} ms: ${matches}\nlast received:\n${last.join("\n")}\nlog: ${this.log}`));
      }, limit);
      this.#waiting.add(check);
      check();
    });
  }

  /** Sends a request and waits for its reply. */
  async request(type: string, content: any = {}, channel: "shell" | "control" = "shell"): Promise<any> {
    const since = this.received.length;
    const id = await this.send(channel, type, content);
    const reply = await this.waitFor((message) => message.channel === channel && message.parent_header.msg_id === id, since);
    return reply.content;
  }

  /** Sends an execute_request without waiting. @returns its id and what becomes of it */
  async begin(code: string, options: ExecuteOptions = {}): Promise<{ id: string; done: Promise<Execution>; first: (type: string) => Promise<Message> }> {
    const since = this.received.length;
    const { metadata = {}, ...rest } = options;
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true, ...rest };
    const id = await this.send("shell", "execute_request", content, metadata);
    const mine = (message: Message) => message.parent_header.msg_id === id;
    return {
      id,
      first: (type) => this.waitFor((message) => mine(message) && message.header.msg_type === type, since),
      done: this.#collect(id, since),
    };
  }

  async #collect(id: string, since: number): Promise<Execution> {
    const mine = (message: Message) => message.parent_header.msg_id === id;
    const reply = await this.waitFor((message) => mine(message) && message.channel === "shell", since);
    await this.waitFor((message) => mine(message) && message.header.msg_type === "status" && message.content.execution_state === "idle", since);
    const published = this.received.slice(since).filter((message) => mine(message) && message.channel === "iopub");
    return { reply: reply.content, ...summarize(published) };
  }

  /** Executes a cell and waits for reply and idle. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<Execution> {
    return (await this.begin(code, options)).done;
  }

  /** What has been published for a request so far. */
  publishedFor(id: string): ReturnType<typeof summarize> {
    return summarize(this.received.filter((message) => message.channel === "iopub" && message.parent_header.msg_id === id));
  }

  async interrupt(): Promise<any> {
    return this.request("interrupt_request", {}, "control");
  }

  /** A heartbeat. @returns the echo */
  async heartbeat(text: string): Promise<string> {
    const socket = new Request({ linger: 0, receiveTimeout: 5_000 });
    socket.connect(`tcp://127.0.0.1:${this.ports.hb_port}`);
    await socket.send(text);
    const [echo] = await socket.receive();
    socket.close();
    return String(echo);
  }

  /** Shuts the kernel down, by force where it does not go. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await this.send("control", "shutdown_request", { restart: false }).catch(() => {});
      const timer = setTimeout(() => this.process.kill("SIGKILL"), 8_000);
      await this.exit;
      clearTimeout(timer);
    }
    for (const socket of Object.values(this.#sockets)) socket.close();
    for (const folder of this.#owned) await rm(folder, { recursive: true, force: true });
  }
}

function summarize(published: Message[]) {
  const outputs = published.filter(({ header }) => !["status", "execute_input"].includes(header.msg_type));
  const text = (name: string) => outputs.filter(({ header, content }) => header.msg_type === "stream" && content.name === name).map(({ content }) => content.text).join("");
  return {
    published,
    outputs,
    stdout: text("stdout"),
    stderr: text("stderr"),
    result: outputs.find(({ header }) => header.msg_type === "execute_result")?.content.data,
    error: outputs.find(({ header }) => header.msg_type === "error")?.content,
  };
}
