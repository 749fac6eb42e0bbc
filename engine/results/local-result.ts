/** Results in files of this machine (prefect.engine.results.LocalResult). */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { currentConfig } from "../config/config.ts";
import { FlowletError, describeValue } from "../errors.ts";
import { reason } from "./reason.ts";
import { Result, type ResultLocation, type ResultOptions } from "./result.ts";
import { templateStart, type TemplateValues } from "./template.ts";

/** Options of a LocalResult. */
export interface LocalResultOptions extends ResultOptions {
  /** Folder that locations are relative to; made when it is first needed. Default: `results` in Flowlet's home (the configuration's `homeDir`, `~/.flowlet`). */
  readonly dir?: string;
  /** Make the folder's path absolute now, with `~` for the user's home; false: when it is used, on the machine that uses it. Default true. */
  readonly validateDir?: boolean;
}

/**
 * Writes each value to a file, whole or not at all: a reader never sees half of it, and of two that write at the same time one
 * wins. Locations of what was written are absolute paths.
 *
 * A template chooses the place; the values that fill it can not lead out of the folder, or, where the template is an absolute path, out
 * of the folder that it names before its first place. What a function returns counts as the author's own where it is absolute.
 *
 * Differs: in Prefect the values that fill a template may lead anywhere.
 */
export class LocalResult<T = unknown> extends Result<T> {
  private readonly chosenDir: string | null;

  /** @throws FlowletError BAD_OPTION */
  constructor(options: LocalResultOptions = {}) {
    super(options);
    const { dir, validateDir = true } = options;
    if (dir !== undefined && (typeof dir !== "string" || dir === "")) throw new FlowletError("BAD_OPTION", { owner: "LocalResult", option: "dir", expected: "the path of a folder", got: describeValue(dir) });
    this.chosenDir = dir === undefined ? null : validateDir ? resolve(expanded(dir)) : dir;
  }

  override get kind(): string { return "LocalResult"; }

  /** Folder that locations are relative to (absolute path). */
  get dir(): string { return this.chosenDir === null ? join(currentConfig().homeDir, "results") : resolve(expanded(this.chosenDir)); }

  override async read(location: string): Promise<this> {
    const path = resolve(this.dir, location);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      throw notRead(path, error);
    }
    try {
      return this.changed({ location: path, value: this.serializer.deserialize(bytes) as T });
    } catch (error) {
      throw notRead(path, error);
    }
  }

  override async write(value: T, values: TemplateValues = {}): Promise<this> {
    const { location } = this.format(values);
    const path = location as string;
    const bytes = this.serializer.serialize(value);
    const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
    try {
      await writeWhole(temporary, bytes).catch(async (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        // The folder is asked for only where it is missing: in a run of many tasks each would wait for that.
        await mkdir(dirname(path), { recursive: true });
        await writeWhole(temporary, bytes);
      });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw new FlowletError("RESULT_NOT_WRITTEN", { location: path, why: reason(error) }, { cause: error });
    }
    return this.changed({ value, location: path });
  }

  override async exists(location: ResultLocation, values: TemplateValues = {}): Promise<boolean> {
    const path = this.place(location, values);
    try {
      return (await stat(path)).isFile();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return false;
      throw notRead(path, error);
    }
  }

  /** The absolute path. @throws FlowletError RESULT_OUTSIDE_DIR too */
  protected override place(location: ResultLocation, values: TemplateValues): string {
    const { dir } = this;
    const text = super.place(location, values);
    const path = resolve(dir, text);
    let root = dir;
    if (typeof location === "function") root = isAbsolute(text) ? sep : dir;
    else {
      const start = templateStart(location);
      const chosen = resolve(dir, start === text ? dirname(start) : start.slice(0, Math.max(start.lastIndexOf("/"), start.lastIndexOf(sep)) + 1));
      if (!isInside(chosen, dir)) root = chosen;
    }
    if (!isInside(path, root) || path === root || /[/\\]$/.test(text)) throw new FlowletError("RESULT_OUTSIDE_DIR", { location: JSON.stringify(text), dir: root });
    return path;
  }
}

/** Flushed: a file that is there after a power failure must be whole, or its task would not run again. */
const writeWhole = (path: string, bytes: Uint8Array): Promise<void> => writeFile(path, bytes, { flush: true, flag: "wx" });

const expanded = (path: string): string => (/^~(?=$|[/\\])/.test(path) ? homedir() + path.slice(1) : path);

function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}

function notRead(location: string, error: unknown): FlowletError {
  return new FlowletError("RESULT_NOT_READ", { location, why: reason(error) }, { cause: error });
}
