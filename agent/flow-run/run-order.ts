/** What an agent and the process of a flow run say to each other (over Node's channel between a process and its child). */

/** What a process is to run, and where it finds what it needs. */
export interface RunOrder {
  readonly flowRunId: string;
  /** Names this process to the server: it alone speaks for the run once it has begun. */
  readonly processId: string;
  readonly agentId: string | null;
  /** Code of the flow, where the agent knows it already. */
  readonly bundleId: string | null;
  /** Folder of this process: its spool is in it. */
  readonly folder: string;
  /** Folder where the code of flows is kept between runs. */
  readonly bundleFolder: string;
  /** Address of the server. */
  readonly endpoint: string;
  /** The server's API token, where it asks for one. */
  readonly token: string | undefined;
  /** Environment variables to set before anything is loaded. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders whose packages the flow's code may use, besides those of the working directory. */
  readonly importPaths: readonly string[];
  /** Write prints and log records to the terminal too. */
  readonly showLogs: boolean;
}

/** The agent says. */
export type AgentMessage =
  | { readonly type: "run"; readonly order: RunOrder }
  /** End the run as Cancelled. */
  | { readonly type: "cancel"; readonly message: string };

/** The run's process says. */
export type ProcessMessage =
  /** It is loaded, and takes an order at once. */
  | { readonly type: "ready" }
  /** The server has let it in. */
  | { readonly type: "begun" }
  /** The server wants the run to end, or another process has it. */
  | { readonly type: "ending" };

/** Why the server wants a run to end (prefect's message of the state). */
export const CANCELLED = "Flow run is cancelled";
