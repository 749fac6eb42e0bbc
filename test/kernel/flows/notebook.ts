/** A notebook on a real kernel: cells by id, tasks that count their runs on disk, messages over the comm. */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KernelMessage } from "../../../protocol/comm-messages.ts";
import { KernelClient, type Execution, type Message } from "../kernel-client.ts";

/** Runs cells as JupyterLab does: each with its id. */
export class Notebook {
  readonly client: KernelClient;

  private constructor(client: KernelClient) {
    this.client = client;
  }

  /** Starts a kernel; `files` are written into the notebook's folder first; `env`: variables that the kernel has; `directory`: the folder, where it is not a new one. */
  static async open(files: Record<string, string> = {}, env: Record<string, string> = {}, directory?: string): Promise<Notebook> {
    const client = await KernelClient.start({ env: { FLOWLET__LOGGING__LEVEL: "INFO", ...env }, ...(directory !== undefined && { directory }) });
    const notebook = new Notebook(client);
    for (const [name, text] of Object.entries(files)) notebook.write(name, text);
    await notebook.cell("counting", `
      import { appendFileSync } from "node:fs";
      import { task, Task, Flow, Parameter, context, type State } from "flowlet";
      function ran(name: string) { appendFileSync("ran.txt", name + "\\n"); }
    `);
    return notebook;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.client.directory, name), text);
  }

  /** Runs a cell. @throws when it fails, with its error */
  async cell(id: string, code: string, metadata: object = {}): Promise<Execution> {
    const execution = await this.client.execute(code, { metadata: { cellId: id, ...metadata } });
    if (execution.error) throw new Error(`${id}: ${execution.error.ename}: ${execution.error.evalue}\n${execution.error.traceback.join("\n")}`);
    return execution;
  }

  /** Value of an expression, as JSON. */
  async value(expression: string): Promise<unknown> {
    const { result } = await this.cell(`value-${randomUUID()}`, `JSON.stringify(${expression})`);
    return result === undefined ? undefined : JSON.parse(JSON.parse(`"${(result["text/plain"] as string).slice(1, -1).replaceAll('"', '\\"').replaceAll("\\\\\"", '\\"')}"`) as string);
  }

  /** Which tasks have run since the last call, sorted. */
  ran(): string[] {
    const file = join(this.client.directory, "ran.txt");
    if (!existsSync(file)) return [];
    const names = readFileSync(file, "utf8").trim().split("\n").sort();
    rmSync(file);
    return names;
  }

  async close(): Promise<void> {
    await this.client.stop();
  }
}

/** The comm of a kernel, as a page uses it. */
export class PictureComm {
  readonly #client: KernelClient;
  readonly commId: string;
  #requests = 0;

  constructor(client: KernelClient, commId: string) {
    this.#client = client;
    this.commId = commId;
  }

  /** Adopts the comm that the kernel has opened, as a page does that was loaded later. */
  static async adopt(client: KernelClient): Promise<PictureComm> {
    const info = await client.request("comm_info_request", { target_name: "flowlet" });
    const [commId] = Object.keys(info.comms);
    if (commId === undefined) throw new Error("the kernel has no comm");
    return new PictureComm(client, commId);
  }

  /** Sends data and waits for the message that answers it. */
  async ask(data: object, matches: (message: KernelMessage) => boolean = () => true): Promise<KernelMessage> {
    const requestId = `r${++this.#requests}-${randomUUID()}`;
    const since = this.#client.received.length;
    await this.send({ requestId, ...data });
    const wanted = (data as { requestId?: string }).requestId ?? requestId;
    return await this.next((message) => "requestId" in message && message.requestId === wanted && matches(message), since);
  }

  async send(data: unknown): Promise<void> {
    await this.#client.send("shell", "comm_msg", { comm_id: this.commId, data });
  }

  /** The next message that matches, also one that has arrived since. */
  async next(matches: (message: KernelMessage) => boolean, since = 0): Promise<KernelMessage> {
    const message = await this.#client.waitFor((one) => this.#data(one) !== undefined && matches(this.#data(one) as KernelMessage), since);
    return this.#data(message) as KernelMessage;
  }

  /** Everything received so far. */
  messages(): KernelMessage[] {
    return this.#client.received.map((message) => this.#data(message)).filter((data) => data !== undefined);
  }

  #data({ header, content }: Message): KernelMessage | undefined {
    return header.msg_type === "comm_msg" && content.comm_id === this.commId ? (content.data as KernelMessage) : undefined;
  }
}

/** The flow in an output. */
export function flowOf(execution: Execution) {
  return execution.result?.["application/vnd.flowlet.flow+json"] as { flowId: string; graph: string; name: string; state?: string; nodes: { id: string; name: string; state?: string; kind?: string }[]; edges: unknown[][] };
}
