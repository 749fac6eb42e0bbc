/** The runs on the server that the notebook shows. */
import type { FlowletClient } from "../../client/index.ts";
import type { KernelMessage, ViewMessage } from "../../protocol/comm-messages.ts";
import { flowBundle } from "./flow-bundle.ts";
import { SERVER_RUN, ServerRun, type ServerRunListener } from "./server-run.ts";

/** The client, and the page of a run. */
export interface ServerAccess {
  readonly client: FlowletClient;
  readonly urlOf: (flowRunId: string) => string;
}

/** Knows each run by what its picture calls it. */
export class ServerRuns {
  readonly #access: () => Promise<ServerAccess>;
  readonly #listener: ServerRunListener;
  readonly #runs = new Map<string, Promise<ServerRun>>();
  readonly #shown = new WeakMap<object, ServerRun>();

  /** @param access loads the client: most notebooks need none */
  constructor(access: () => Promise<ServerAccess>, listener: ServerRunListener) {
    this.#access = access;
    this.#listener = listener;
  }

  /** @param handle what the notebook has of the run: displayed, it is the run's picture @throws ApiError */
  async show(flowRunId: string, handle: object): Promise<ServerRun> {
    const run = await this.#open(SERVER_RUN + flowRunId);
    this.#shown.set(handle, run);
    return run;
  }

  /** The run that a value stands for. */
  of(value: object): ServerRun | undefined { return this.#shown.get(value); }

  /** Does a picture show a run on the server? */
  has(flowId: string): boolean { return flowId.startsWith(SERVER_RUN); }

  /**
   * Serves what a picture of a run asks; one that was saved by an earlier kernel is opened anew.
   * @throws ApiError, Error with a sentence for the picture
   */
  async serve(message: ViewMessage, answer: (message: KernelMessage) => void): Promise<void> {
    const { flowId } = message;
    const run = await this.#open(flowId);
    switch (message.type) {
      case "snapshot": return answer(run.message(message.requestId));
      case "details": return answer({ type: "details", flowId, requestId: message.requestId, details: await run.details(message.nodeId) });
      case "cancel":
        await run.cancel();
        return answer({ type: "action", flowId, requestId: message.requestId, status: "finished", message: "Cancelling the run on the server." });
      default: throw new Error("This picture shows a run on the server: run the flow from its own picture, or in the Flowlet UI.");
    }
  }

  /** All of its outputs. */
  bundle(run: ServerRun): { readonly [mimeType: string]: unknown } {
    const snapshot = run.snapshot();
    const data = flowBundle(snapshot);
    return { ...data, "text/plain": `Flow run ${snapshot.link?.run}: ${run.url}\n${data["text/plain"] as string}` };
  }

  #open(flowId: string): Promise<ServerRun> {
    const known = this.#runs.get(flowId);
    if (known !== undefined) return known;
    const opening = this.#access().then(({ client, urlOf }) => {
      const flowRunId = flowId.slice(SERVER_RUN.length);
      return ServerRun.open(client, flowRunId, urlOf(flowRunId), this.#listener);
    });
    this.#runs.set(flowId, opening);
    opening.catch(() => this.#runs.delete(flowId));
    return opening;
  }
}
