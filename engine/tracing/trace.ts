/** What a task was seen to read and write while it ran. */
import { dirname, sep } from "node:path";
import type { Dependency, FileAspect, Surrounding } from "../cache/dependency.ts";
import { MISSING, fileContent, fileStamp, isYoung, type FileStamp } from "../cache/file-content.ts";
import { environmentContent, surroundingName, type Surroundings } from "../cache/surroundings.ts";
import { environmentCallerCounts, fileCaller } from "./caller.ts";

/** One path. */
interface Touched {
  /** Just before it was touched first. */
  readonly before: FileStamp;
  /** What was read of it before the task itself wrote it; with its content then, where the stamp does not tell. */
  readonly read: Map<FileAspect, string | null>;
  wrote: boolean;
}

interface TouchedVariable { readonly before: string; readonly read: boolean; wrote: boolean }

/** Files that are nobody's data: packages count by name and version, the folder of kept results is our own. */
const LEFT_OUT = ["node_modules", ".flowlet"].flatMap((name) => [`${sep}${name}${sep}`, `${sep}${name}`]);

/** Below these the system tells about itself. */
const SYSTEM = /^\/(proc|sys|dev)\/(?!null$|zero$|full$|std(in|out|err)$)/;
const QUIET = /^\/dev\//;

/** Files up to this size are read once more where their stamp does not tell (bytes). */
const SMALL = 1024 * 1024;

/** Within this time after a change the file system may give the next change the same time (milliseconds). */
const CLOCK_TICK = 50;

/** Key under which the context of a call in a worker thread holds its trace. */
export const TRACE = Symbol("trace");

/** What was noticed in another thread; survives structured clone. */
export interface Noticed {
  readonly files: ReadonlyMap<string, Touched>;
  readonly variables: ReadonlyMap<string, TouchedVariable>;
  readonly outside: ReadonlySet<string>;
}

/** Of one task run; what it notes is noted by the one around it too, where a task runs a flow. */
export class Trace {
  readonly #around: Trace | null;
  readonly #files = new Map<string, Touched>();
  readonly #variables = new Map<string, TouchedVariable>();
  readonly #outside = new Set<string>();
  readonly #descriptors = new Set<number>();

  constructor(around: Trace | null = null) {
    this.#around = around;
  }

  /** What it brought in from outside, e.g. `fetch api.example.com`. */
  get outside(): ReadonlySet<string> { return this.#outside; }

  /** All of it, to be sent; null: nothing. */
  get noticed(): Noticed | null {
    return this.#files.size + this.#variables.size + this.#outside.size === 0 ? null : { files: this.#files, variables: this.#variables, outside: this.#outside };
  }

  /** Takes what was noticed elsewhere. */
  add(seen: Noticed): void {
    this.#around?.add(seen);
    for (const [path, touched] of seen.files) {
      const known = this.#files.get(path);
      if (known === undefined) this.#files.set(path, { ...touched, read: new Map(touched.read) });
      else {
        if (!known.wrote) for (const [aspect, content] of touched.read) if (!known.read.has(aspect)) known.read.set(aspect, content);
        known.wrote ||= touched.wrote;
      }
    }
    for (const [name, touched] of seen.variables) if (!this.#variables.has(name)) this.#variables.set(name, touched);
    for (const what of seen.outside) this.#note(what);
  }

  /** A path is about to be read. */
  read(path: string, aspect: FileAspect): void {
    this.#around?.read(path, aspect);
    let touched = this.#files.get(path);
    // What it wrote itself it knows.
    if (touched?.wrote === true || touched?.read.has(aspect) === true || isLeftOut(path)) return;
    const caller = fileCaller();
    if (caller === null) return;
    // To go through folders Node asks whether each path is one.
    const what = caller === "internal" && aspect === "metadata" ? "existence" : aspect;
    if (touched?.read.has(what) === true) return;
    if (SYSTEM.test(path)) return this.#note(path);
    touched ??= this.#touch(path);
    if (touched.before.type === "other") return QUIET.test(path) ? undefined : this.#note(path);
    touched.read.set(what, contentNow(path, what, touched.before));
  }

  /** A path is about to be written or removed. */
  write(path: string): void {
    this.#around?.write(path);
    const touched = this.#files.get(path);
    if (touched !== undefined) { touched.wrote = true; return; }
    if (isLeftOut(path) || QUIET.test(path) || fileCaller() === null) return;
    this.#touch(path).wrote = true;
  }

  opened(descriptor: number): void {
    this.#around?.opened(descriptor);
    this.#descriptors.add(descriptor);
  }

  /** A descriptor is read: if somebody else has opened it, nobody knows what it stands for. */
  readDescriptor(descriptor: number): void {
    this.#around?.readDescriptor(descriptor);
    if (!this.#descriptors.has(descriptor) && fileCaller() === "counts") this.#note(`file descriptor ${descriptor}`);
  }

  /** An environment variable is read; `*`: all are. */
  readVariable(name: string): void {
    this.#around?.readVariable(name);
    // Whoever lists them asks for each of them too.
    if (this.#variables.has(name) || this.#variables.has("*") || !environmentCallerCounts()) return;
    this.#variables.set(name, { before: environmentContent(name), read: true, wrote: false });
  }

  /** An environment variable is about to be set or deleted. */
  writeVariable(name: string): void {
    this.#around?.writeVariable(name);
    const touched = this.#variables.get(name);
    if (touched !== undefined) touched.wrote = true;
    else this.#variables.set(name, { before: "", read: false, wrote: true });
  }

  /** Something came in from outside that can not be looked at again. */
  bringIn(what: string): void {
    this.#around?.bringIn(what);
    this.#note(what);
  }

  /** A result that was kept was used instead of running a task. */
  used(dependencies: readonly Dependency[], outside: readonly string[]): void {
    this.#around?.used(dependencies, outside);
    for (const dependency of dependencies) {
      if (dependency.kind === "env") { if (!this.#variables.has(dependency.name)) this.#variables.set(dependency.name, { before: dependency.content, read: true, wrote: false }); continue; }
      const touched = this.#files.get(dependency.path) ?? this.#touch(dependency.path);
      if (!touched.wrote && !touched.read.has(dependency.aspect)) touched.read.set(dependency.aspect, dependency.content);
    }
    for (const what of outside) this.#note(what);
  }

  /**
   * What the result depends on, as it is now; or why it can not be kept, in words: something changed while the task ran.
   * @param now which has forgotten what was before the task ran
   */
  dependencies(now: Surroundings): readonly Dependency[] | string {
    const found: Dependency[] = [];
    for (const [name, { before, read, wrote }] of this.#variables) {
      if (!read) continue;
      const thing = { kind: "env", name } as const;
      if (now.content(thing) !== before) return this.#changed(thing, wrote);
      found.push(now.dependency(thing));
    }
    for (const [path, touched] of this.#files) {
      const wrong = this.#addFile(path, touched, now, found);
      if (wrong !== null) return wrong;
    }
    return found.length < 2 ? found : found.sort((one, other) => (sortName(one) < sortName(other) ? -1 : 1));
  }

  #addFile(path: string, { before, read, wrote }: Touched, now: Surroundings, found: Dependency[]): string | null {
    const stamp = now.stamp(path);
    const isSame = stamp?.text === before.text;
    // Whether it was there does not matter to who writes it anew.
    const content = wrote && [...read.keys()].every((aspect) => aspect === "existence") ? NOTHING_READ : read;
    for (const [aspect, early] of content) {
      const thing = { kind: "file", path, aspect } as const;
      if (early === null ? !isSame : now.content(thing) !== early) return this.#changed(thing, wrote || this.#wroteBelow(path));
      found.push(now.dependency(thing));
    }
    if (!wrote || content.size > 0 || stamp === null || (stamp.type === "missing" && before.type === "missing")) return null;
    found.push(now.dependency({ kind: "file", path, aspect: stamp.type === "folder" ? "existence" : "content" }, true));
    return null;
  }

  #changed(thing: Surrounding, itself: boolean): string {
    return itself ? `it changes ${surroundingName(thing)}, which it reads` : `${surroundingName(thing)} changed while it ran`;
  }

  #wroteBelow(folder: string): boolean {
    for (const [path, { wrote }] of this.#files) if (wrote && dirname(path) === folder) return true;
    return false;
  }

  #touch(path: string): Touched {
    let before: FileStamp;
    try {
      before = fileStamp(path);
    } catch {
      before = { text: "", type: "other", size: 0, mode: 0, changedAt: 0 };
    }
    const touched: Touched = { before, read: new Map(), wrote: false };
    this.#files.set(path, touched);
    return touched;
  }

  #note(what: string): void { this.#outside.add(what); }
}

const NOTHING_READ: ReadonlyMap<FileAspect, string | null> = new Map();

const sortName = (dependency: Dependency) => dependency.kind === "env" ? dependency.name : `${dependency.path} ${dependency.aspect}`;

function isLeftOut(path: string): boolean { return LEFT_OUT.some((part) => (part.endsWith(sep) ? path.includes(part) : path.endsWith(part))); }

/** Content before the task goes on; null where the stamp will tell whether it is still the same. */
function contentNow(path: string, aspect: FileAspect, stamp: FileStamp): string | null {
  if (stamp.type === "missing") return MISSING;
  const stampTells = aspect === "content" || aspect === "entries";
  if (stampTells && (!isYoung(stamp, CLOCK_TICK) || stamp.size > SMALL)) return null;
  try {
    return fileContent(path, aspect, stamp);
  } catch {
    return null;
  }
}
