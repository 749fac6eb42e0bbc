/** How the runs of a registered flow are started (prefect.run_configs). */
import { checkOptions, isIterable, isRecordLike, isText, type OptionCheck } from "./option-checks.ts";

/** All optional. */
export interface UniversalRunOptions {
  /** Environment variables of the run's process; they win over the agent's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Only agents that have all these labels take the runs; the flow's own labels and those given to `flow.register` count too. */
  readonly labels?: Iterable<string>;
}

/** All optional. */
export interface LocalRunOptions extends UniversalRunOptions {
  /** Folder that the run's process works in. Default: the agent's. */
  readonly workingDir?: string;
}

/** A run config as data. */
export interface SerializedRunConfig {
  /** Name of the class. */
  readonly type: string;
  readonly env: Readonly<Record<string, string>>;
  /** Sorted. */
  readonly labels: readonly string[];
  readonly workingDir: string | null;
}

const ENV: OptionCheck = ["an object with a text for each name", (value) => isRecordLike(value) && Object.entries(value as object).every(([name, text]) => name !== "" && typeof text === "string")];
/** A list of texts that are not empty. */
export const LABELS: OptionCheck = ["a list of texts", (value) => isIterable(value) && [...value].every(isText)];
const UNIVERSAL: { readonly [Option in keyof Required<UniversalRunOptions>]: OptionCheck } = { env: ENV, labels: LABELS };
const LOCAL: { readonly [Option in keyof Required<LocalRunOptions>]: OptionCheck } = { ...UNIVERSAL, workingDir: ["a text", isText] };

/** Runs on agents of any kind (prefect.run_configs.UniversalRun). */
export class UniversalRun {
  readonly env: Readonly<Record<string, string>>;
  /** Sorted. */
  readonly labels: readonly string[];

  /** @throws FlowletError BAD_OPTION, UNKNOWN_OPTION */
  constructor(options: UniversalRunOptions = {}) {
    checkOptions(new.target.name, options, new.target.checks);
    this.env = { ...options.env };
    this.labels = [...new Set(options.labels ?? [])].sort();
  }

  /** What its options must be. */
  protected static get checks(): Readonly<Record<string, OptionCheck>> { return UNIVERSAL; }

  serialize(): SerializedRunConfig {
    return { type: this.constructor.name, env: this.env, labels: this.labels, workingDir: null };
  }
}

/** Runs as a process beside the agent (prefect.run_configs.LocalRun). */
export class LocalRun extends UniversalRun {
  readonly workingDir: string | undefined;

  /** @throws FlowletError BAD_OPTION, UNKNOWN_OPTION */
  constructor(options: LocalRunOptions = {}) {
    super(options);
    this.workingDir = options.workingDir;
  }

  protected static override get checks(): Readonly<Record<string, OptionCheck>> { return LOCAL; }

  override serialize(): SerializedRunConfig {
    return { ...super.serialize(), workingDir: this.workingDir ?? null };
  }
}
