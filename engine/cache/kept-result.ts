/** What is kept of a task's run, and what its key was made of. */
import type { TaskLog } from "../../protocol/comm-messages.ts";
import type { Dependency } from "./dependency.ts";

/** One kept result. */
export interface KeptResult {
  readonly key: string;
  readonly value: unknown;
  /** Content of the value when it was kept; a value that no longer has it was changed by somebody and is not used. */
  readonly content: string;
  /** Length of the content (characters). */
  readonly size: number;
  /** What the task printed and logged. */
  readonly logs: readonly TaskLog[];
  /** What it brought in from outside (`fetch`, `Date.now`): empty where nothing did. */
  readonly outside: readonly string[];
  /** What it was seen to read or write while it ran, or says that it does: it counts only while that is the same. */
  readonly dependencies: readonly Dependency[];
  /** It holds no value: the result is under another key, made of this one and of what these are now. The latest first. */
  readonly manifest?: readonly (readonly Dependency[])[];
  /** What made it, for who lists what is kept: name of the flow, slug of the task, index of a mapped child. */
  readonly flow: string;
  readonly slug: string;
  readonly mapIndex: number | null;
  /** Time that the task took (milliseconds). */
  readonly duration: number;
  /** When it was kept (milliseconds since 1970). */
  readonly at: number;
  /** Another session kept it, before a restart or beside this one: what came from outside counts no longer. */
  readonly earlier?: boolean;
  /** Of a task with `cacheFor`: what its validator compares. */
  readonly validated: { readonly inputs: Readonly<Record<string, unknown>>; readonly parameters: Readonly<Record<string, unknown>> } | undefined;
  /** Grows with every use (count); the cache's own. */
  usedAt: number;
}

/** What a task's last key was made of, for reasons in words. */
export interface KeyParts {
  readonly key: string;
  /** What the key begins with: code, environment, version, and what the task names in `cache`. */
  readonly prefix: string;
  readonly code: ReadonlyMap<string, string>;
  /** Names of the inputs, and the content of each. */
  readonly names: readonly string[];
  readonly contents: readonly string[];
  /** Files and environment variables that the task names in `cache`, as reasons call them, and the content of each. */
  readonly declared?: ReadonlyMap<string, string> | undefined;
  /** Why the result of the run with this key is not kept, in words. */
  unkept?: string | undefined;
  /** Where parts of the code are written, in words: `cell 3`, `./lib.ts`. */
  readonly places?: ReadonlyMap<string, string>;
}
