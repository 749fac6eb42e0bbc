/** What kept results depend on outside the process, as it is now: files and environment variables. */
import { hash } from "node:crypto";
import fs from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Dependency, FileAspect, Surrounding } from "./dependency.ts";
import { MISSING, fileContent, fileStamp, isYoung, stampTells, type FileStamp } from "./file-content.ts";

const { globSync } = fs;

/** What a stamp was found to stand for. */
interface KnownFile { readonly stat: string; readonly content: string }

/** Contents that are remembered by stamp, for all runs of a process. */
export class KnownFiles {
  readonly #files = new Map<string, KnownFile>();

  get(key: string): KnownFile | undefined { return this.#files.get(key); }

  set(key: string, file: KnownFile): void {
    if (this.#files.size >= MAX_KNOWN) this.#files.clear();
    this.#files.set(key, file);
  }
}

const MAX_KNOWN = 100_000;

/** Folders that a pattern of files does not reach into. */
const LEFT_OUT = new Set([".flowlet", ".git", "node_modules"]);

/** Looks at each thing once, until it is told that something may have changed. One for each run or plan. */
export class Surroundings {
  readonly #known: KnownFiles;
  readonly #stamps = new Map<string, FileStamp>();
  readonly #contents = new Map<string, string>();
  readonly #patterns = new Map<string, ReadonlyMap<string, string>>();

  constructor(known: KnownFiles = new KnownFiles()) {
    this.#known = known;
  }

  /** User code has run: what it may have changed is looked at again. */
  forget(): void {
    if (this.#contents.size === 0 && this.#patterns.size === 0) return;
    this.#stamps.clear();
    this.#contents.clear();
    this.#patterns.clear();
  }

  /** What a thing is now. What can not be read counts by the reason. */
  content(thing: Surrounding | Dependency): string {
    return thing.kind === "env" ? environmentContent(thing.name) : this.#file(thing.path, thing.aspect, "stat" in thing ? thing : undefined);
  }

  /** As it is now, to be compared with later. */
  dependency(thing: Surrounding, written = false): Dependency {
    const content = this.content(thing);
    if (thing.kind === "env") return { ...thing, content };
    const stamp = this.stamp(thing.path);
    return { ...thing, stat: stampTells(thing.aspect) && stamp !== null && !isYoung(stamp) ? stamp.text : "", content, ...(written ? { written } : {}) };
  }

  /** Stamp of a path; null where it can not be asked for. */
  stamp(path: string): FileStamp | null {
    let stamp = this.#stamps.get(path);
    if (stamp === undefined) {
      try {
        this.#stamps.set(path, (stamp = fileStamp(path)));
      } catch {
        return null;
      }
    }
    return stamp;
  }

  /**
   * Files that a path or a glob pattern names, with their contents, by name as a reason calls them; of a folder all files below it.
   * What is not there is `missing`.
   * @throws what the file system throws for a file that can not be read
   */
  named(pattern: string): ReadonlyMap<string, string> {
    let files = this.#patterns.get(pattern);
    if (files === undefined) this.#patterns.set(pattern, (files = this.#named(pattern)));
    return files;
  }

  #named(pattern: string): ReadonlyMap<string, string> {
    const path = resolve(pattern);
    const stamp = fileStamp(path);
    const found = new Map<string, string>();
    const add = (file: string, one: FileStamp) => { if (one.type === "file" || one.type === "missing") found.set(fileName(file), this.#judged(file, "content", one, undefined)); };
    if (stamp.type === "file") add(path, stamp);
    else if (stamp.type === "other") throw Object.assign(new Error(`${pattern} is neither a file nor a folder`), { code: "it is neither a file nor a folder" });
    else if (stamp.type === "missing" && !/[*?[\]{}()!]/.test(pattern)) add(path, stamp);
    else {
      const folder = stamp.type === "folder";
      const files = globSync(folder ? "**/*" : pattern, { ...(folder ? { cwd: path } : {}), exclude: (name) => LEFT_OUT.has(name.slice(name.lastIndexOf(sep) + 1)) });
      for (const file of files.sort()) {
        const at = folder ? join(path, file) : resolve(file);
        add(at, fileStamp(at));
      }
    }
    return found;
  }

  #file(path: string, aspect: FileAspect, before: KnownFile | undefined): string {
    const key = `${aspect} ${path}`;
    let content = this.#contents.get(key);
    if (content !== undefined) return content;
    try {
      const stamp = this.#stamps.get(path) ?? fileStamp(path);
      this.#stamps.set(path, stamp);
      content = this.#judged(path, aspect, stamp, before);
    } catch (error) {
      content = `not readable: ${(error as NodeJS.ErrnoException).code}`;
    }
    this.#contents.set(key, content);
    return content;
  }

  #judged(path: string, aspect: FileAspect, stamp: FileStamp, before: KnownFile | undefined): string {
    if (!stampTells(aspect)) return fileContent(path, aspect, stamp);
    const key = `${aspect} ${path}`;
    for (const known of [this.#known.get(key), before]) if (known?.stat === stamp.text) return known.content;
    const content = fileContent(path, aspect, stamp);
    this.#known.set(key, { stat: isYoung(stamp) ? "" : stamp.text, content });
    return content;
  }
}

/** Content of an environment variable; `*`: of all. */
export function environmentContent(name: string): string {
  if (name === "*") return hash("sha256", JSON.stringify(Object.entries(process.env).sort()), "base64");
  const value = process.env[name];
  return value === undefined ? MISSING : hash("sha256", value, "base64");
}

/** A file as reasons call it: from the working directory where it is in there. */
export function fileName(path: string): string {
  const from = relative(process.cwd(), path);
  return from.startsWith("..") || isAbsolute(from) ? path : from || ".";
}

/** `file data.csv`, `environment variable REGION` */
export function surroundingName(thing: Surrounding | Dependency): string {
  if (thing.kind === "env") return thing.name === "*" ? "the environment" : `environment variable ${thing.name}`;
  return `${thing.aspect === "entries" || thing.aspect === "tree" ? "folder" : "file"} ${fileName(thing.path)}`;
}
