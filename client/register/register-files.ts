/** Registers the flows of files, again and again where they are watched (prefect.cli.build_register). */
import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RegisteredFlow, RegisterOptions } from "../../engine/index.ts";
import { ConfiguredClient } from "../configured-client.ts";
import type { FlowletClient } from "../flowlet-client.ts";
import { isPassing } from "../api-error.ts";
import { bundleFile } from "./bundle-file.ts";
import { flowFiles, type FlowFile } from "./flow-files.ts";
import { describe } from "./load-bundle.ts";
import { readBundle } from "./read-bundle.ts";
import { registerDescription } from "./register-flow.ts";

/** What is being done. `flow` is null where it is about the whole file. */
export type RegisterProgress =
  /** A file's flows are looked for; then it is bundled. */
  | { readonly step: "collecting" | "building"; readonly file: string }
  /** The flows that it makes. */
  | { readonly step: "collected"; readonly file: string; readonly flows: readonly string[] }
  | { readonly step: "registering"; readonly file: string; readonly flow: string }
  /** `skipped`: the newest version is the same. */
  | { readonly step: "registered" | "skipped"; readonly file: string; readonly flow: string; readonly registered: RegisteredFlow }
  | { readonly step: "failed"; readonly file: string; readonly flow: string | null; readonly message: string };

/** All optional. */
export interface RegisterFilesOptions extends Pick<RegisterOptions, "project" | "labels" | "setScheduleActive"> {
  /** Only flows with these names. Default: all. */
  readonly names?: readonly string[];
  /** Makes new versions also where nothing has changed. Default false. */
  readonly force?: boolean;
  /** Default: that of the configuration. */
  readonly client?: FlowletClient;
  readonly onProgress?: (progress: RegisterProgress) => void;
  readonly signal?: AbortSignal;
}

/** How it went (counts of flows; a file that can not be read counts as one failed). */
export interface RegisterSummary {
  readonly registered: number;
  readonly skipped: number;
  readonly failed: number;
}

/**
 * Registers all flows of files, of folders' files and of files that match patterns. A file or flow that fails does not keep the others from being registered: it is told.
 * @throws FlowletError FLOW_FILE_NOT_FOUND; ApiError where there is no server, or it wants a token
 */
export async function registerFiles(paths: readonly string[], options: RegisterFilesOptions = {}): Promise<RegisterSummary> {
  const work = new Registering(options);
  for (const file of await flowFiles(paths)) await work.file(file);
  work.missingNames();
  return work.summary();
}

/** All optional. */
export interface WatchFilesOptions extends RegisterFilesOptions {
  /** How often files are looked at (milliseconds). Default: 500. */
  readonly every?: number;
  /** Told after each time that something was registered. */
  readonly onSummary?: (summary: RegisterSummary) => void;
}

/** Registers, and registers again what has changed, until `signal` is aborted: a file with all local modules that it imports, and files that are new. A server that is away for a while is waited for. */
export async function watchFiles(paths: readonly string[], { every = 500, onSummary, ...options }: WatchFilesOptions = {}): Promise<void> {
  const { signal } = options;
  /** What a file's bundle was made of, with the stamps of then. */
  const seen = new Map<string, ReadonlyMap<string, string>>();
  while (signal?.aborted !== true) {
    const changed = (await flowFiles(paths).catch(() => [])).filter(({ path }) => {
      const stamps = seen.get(path);
      return stamps === undefined || [...stamps].some(([file, stamp]) => stampOf(file) !== stamp);
    });
    const work = new Registering(options);
    for (const file of changed) {
      const started = Date.now();
      const before = stampOf(file.path);
      const former = [...(seen.get(file.path)?.keys() ?? [])];
      try {
        const files = await work.file(file);
        // Where it could not be bundled, what it was made of before may be what is mended.
        seen.set(file.path, new Map([[file.path, before], ...[...(files ?? former)].filter((one) => one !== file.path).map((one): [string, string] => [one, stampOf(one, started)])]));
      } catch (error) {
        if (!isPassing(error)) throw error;
        options.onProgress?.({ step: "failed", file: file.path, flow: null, message: describe(error) });
        seen.delete(file.path);
      }
    }
    if (changed.length > 0) onSummary?.(work.summary());
    await pause(every, undefined, { signal }).catch(() => {});
  }
}

/** @param read when it was read (milliseconds since 1970): one that was written since then counts as changed */
function stampOf(path: string, read = Infinity): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || stats.mtimeMs >= read ? "" : `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
}

class Registering {
  readonly #options: RegisterFilesOptions;
  readonly #client: FlowletClient;
  readonly #found = new Set<string>();
  #registered = 0;
  #skipped = 0;
  #failed = 0;

  constructor(options: RegisterFilesOptions) {
    this.#options = options;
    this.#client = options.client ?? new ConfiguredClient();
  }

  summary(): RegisterSummary {
    return { registered: this.#registered, skipped: this.#skipped, failed: this.#failed };
  }

  /** @returns files that its code is made of; null where that is not known. @throws ApiError where it is no use to go on */
  async file({ path, isNamed }: FlowFile): Promise<readonly string[] | null> {
    const { names, signal, onProgress } = this.#options;
    signal?.throwIfAborted();
    onProgress?.({ step: "collecting", file: path });
    let code;
    try {
      onProgress?.({ step: "building", file: path });
      code = await bundleFile(path);
    } catch (error) {
      this.#fail(path, null, describe(error));
      return null;
    }
    const files = [...new Set([realpathSync(path), ...code.files])];
    const { flows, error } = await readBundle(code, { folder: dirname(path), signal });
    const wanted = names === undefined ? flows : flows.filter(({ name }) => names.includes(name));
    onProgress?.({ step: "collected", file: path, flows: wanted.map(({ name }) => name) });
    if (error !== null) this.#fail(path, null, flows.length === 0 ? error : `its code broke after it had made ${flows.map(({ name }) => JSON.stringify(name)).join(", ")}: ${error}`);
    else if (flows.length === 0 && isNamed) this.#fail(path, null, "it makes no flow");
    const twice = new Set(wanted.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index));
    for (const name of twice) this.#fail(path, name, "the file makes several flows of this name: a registered flow is known by its name");
    for (const flow of wanted) {
      this.#found.add(flow.name);
      if (twice.has(flow.name)) continue;
      if ("error" in flow) {
        this.#fail(path, flow.name, flow.error);
        continue;
      }
      onProgress?.({ step: "registering", file: path, flow: flow.name });
      try {
        const registered = await registerDescription(flow, code, this.#options, this.#client);
        if (registered.created) this.#registered++;
        else this.#skipped++;
        onProgress?.({ step: registered.created ? "registered" : "skipped", file: path, flow: flow.name, registered });
      } catch (problem) {
        // Neither the next file nor the next flow would fare better.
        const { code: refusal } = problem as { code?: string };
        if (refusal === "UNREACHABLE" || refusal === "UNAUTHORIZED" || refusal === "UNEXPECTED") throw problem;
        this.#fail(path, flow.name, describe(problem));
      }
    }
    return files;
  }

  /** Names that no file had are mistakes. */
  missingNames(): void {
    for (const name of this.#options.names ?? []) {
      if (!this.#found.has(name)) this.#fail("", name, "no file makes a flow of this name");
    }
  }

  #fail(file: string, flow: string | null, message: string): void {
    this.#failed++;
    this.#options.onProgress?.({ step: "failed", file, flow, message });
  }
}
