/** Options of an agent. */
/** All optional. */
export interface LocalAgentOptions {
  /** Address of the server, and its token. Default: those of the configuration. */
  readonly endpoint?: string;
  readonly token?: string;
  /** Default: `agent`. */
  readonly name?: string;
  /** It takes runs whose labels are all among these; without any those without labels only. */
  readonly labels?: readonly string[];
  /** The name of this machine is a label too. Default true: flows have the name of the machine where they were registered. */
  readonly hostnameLabel?: boolean;
  /** Environment variables of the runs' processes, besides the agent's own; those of a run win. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders whose packages the flows may use, besides those of the working directory. */
  readonly importPaths?: readonly string[];
  /** What the runs print and log is shown on this terminal. Default false. */
  readonly showFlowLogs?: boolean;
  /** Runs at once (count); null: as many as there are. Default null. */
  readonly limit?: number | null;
  /** Asks for runs so often, then stops (count); null: for ever. Default null. */
  readonly maxPolls?: number | null;
  /** Address for who watches over the agent: `http://127.0.0.1:8099`. Default: none. */
  readonly agentAddress?: string | null;
  /** Folder that runs work in which have none of their own. Default: the agent's. */
  readonly workingDir?: string;
  /** Keep one process ready, so that a run begins at once. Default true. */
  readonly keepReady?: boolean;
  /** Time for a cancelled run to end by itself (milliseconds). Default 10,000. */
  readonly gracePeriod?: number;
}

/** What is wrong with them. @throws Error */
export function checkAgentOptions({ labels = [], limit = null, maxPolls = null, env = {}, name = "agent" }: LocalAgentOptions): void {
  const refuse = (what: string, expected: string, got: unknown): never => {
    throw new Error(`The agent's ${what} must be ${expected}, got ${JSON.stringify(got) ?? String(got)}.`);
  };
  if (typeof name !== "string" || name.trim() === "" || name.length > 200) refuse("name", "a text of 1 to 200 characters", name);
  for (const [what, value] of Object.entries({ limit, maxPolls })) if (value !== null && (!Number.isInteger(value) || value < 1)) refuse(what, "a whole number above 0, or null", value);
  for (const label of labels) if (typeof label !== "string" || label.trim() === "") refuse("labels", "texts that are not empty", label);
  for (const [key, value] of Object.entries(env)) if (key === "" || key.includes("=") || typeof value !== "string") refuse("env", "texts by the names of variables", { [key]: value });
}
