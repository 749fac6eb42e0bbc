/** Functions of node:fs that notice which files a task reads and writes. */
import fs from "node:fs";
import type { FileAspect } from "../cache/dependency.ts";
import { fileStamp } from "../cache/file-content.ts";
import { pathOf } from "./path-of.ts";
import type { Trace } from "./trace.ts";
import { markTraced, replaceFunction } from "./traced-function.ts";

type Current = () => Trace | null;

/** Notes a call before it is made. */
type Note = (trace: Trace, inputs: readonly unknown[]) => void;

const reads = (aspect: FileAspect): Note => (trace, [path]) => withPath(path, (text) => trace.read(text, aspect));
const writes: Note = (trace, [path]) => withPath(path, (text) => trace.write(text));
const readsDescriptor: Note = (trace, [descriptor]) => { if (typeof descriptor === "number") trace.readDescriptor(descriptor); };
const watches: Note = (trace) => trace.bringIn("a watched file");

/** Of both a function and its namesakes ending in `Sync` and in `fs.promises`. */
const NOTES: Readonly<Record<string, Note>> = {
  readFile: (trace, inputs) => {
    const [path, options] = inputs;
    if (typeof path === "number") return readsDescriptor(trace, inputs);
    return opens(trace, path, flagOf(options) ?? "r");
  },
  writeFile: (trace, [path, , options]) => opens(trace, path, flagOf(options) ?? "w"),
  // What is appended is like what is printed: others append too, and nothing is to be found again.
  appendFile: () => {},
  open: (trace, [path, flags]) => opens(trace, path, typeof flags === "string" || typeof flags === "number" ? flags : "r"),
  openAsBlob: reads("content"),
  access: reads("existence"), exists: reads("existence"),
  stat: reads("metadata"),
  lstat: (trace, [path]) => withPath(path, (text) => { trace.read(text, "metadata"); trace.read(text, "target"); }),
  statfs: (trace) => trace.bringIn("the state of a file system"),
  readlink: reads("target"), realpath: reads("target"),
  readdir: (trace, [path, options]) => withPath(path, (text) => trace.read(text, isRecursive(options) ? "tree" : "entries")),
  opendir: (trace, [path, options]) => withPath(path, (text) => trace.read(text, isRecursive(options) ? "tree" : "entries")),
  // Goes through folders with the functions above.
  glob: () => {},
  copyFile: (trace, [from, to]) => { withPath(from, (text) => trace.read(text, "content")); withPath(to, (text) => trace.write(text)); },
  cp: (trace, [from, to]) => {
    // Of a folder the promises are kept by the functions above; the others go their own ways.
    withPath(from, (text) => { if (fileStamp(text).type === "folder") trace.bringIn(`the copied folder ${text}`); else trace.read(text, "content"); });
    withPath(to, (text) => trace.write(text));
  },
  rename: (trace, [from, to]) => { withPath(from, (text) => trace.write(text)); withPath(to, (text) => trace.write(text)); },
  link: (trace, [from, to]) => { withPath(from, (text) => trace.read(text, "content")); withPath(to, (text) => trace.write(text)); },
  symlink: (trace, [, path]) => withPath(path, (text) => trace.write(text)),
  truncate: (trace, [path]) => withPath(path, (text) => { trace.read(text, "content"); trace.write(text); }),
  mkdir: writes, rm: writes, rmdir: writes, unlink: writes,
  read: readsDescriptor, readv: readsDescriptor, fstat: readsDescriptor,
  watch: watches, watchFile: watches,
};

/** What needs no notice: descriptors were noticed when they were opened, rights and times do not count, names are new. */
const PLAIN = /^(close|chown|chmod|fchown|fchmod|fdatasync|fsync|ftruncate|futimes|lchown|lchmod|lutimes|utimes|mkdtemp|mkdtempDisposable|write|writev|unwatchFile|createReadStream|createWriteStream|[A-Z_]\w*)(Sync)?$/;

/** Puts them in place, for everybody in the process. Those that somebody has taken out of the module before stay as they are. */
export function traceFiles(current: Current): void {
  for (const holder of [fs, fs.promises]) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      // Classes of streams are made when they are first asked for; some constants warn then.
      const fn = name.endsWith("Stream") ? (holder as unknown as Record<string, unknown>)[name] : (property.value as unknown);
      if (typeof fn !== "function") continue;
      const note = NOTES[name.replace(/Sync$/, "")];
      if (note !== undefined) traceFunction(holder, name, note, current);
      else if (PLAIN.test(name)) markTraced(fn);
    }
  }
}

function traceFunction(holder: object, name: string, note: Note, current: Current): void {
  const returnsDescriptor = holder === fs && name === "openSync", givesDescriptor = holder === fs && name === "open";
  replaceFunction(holder, name, (original) => {
    if (name === "realpath" || name === "realpathSync") markTraced((original as { native?: object }).native ?? {});
    return function (this: unknown, ...inputs) {
      const trace = current();
      if (trace === null) return Reflect.apply(original, this, inputs);
      try {
        note(trace, inputs);
      } catch {
        // An input that is wrong is the original's to refuse.
      }
      if (givesDescriptor) return Reflect.apply(original, this, inputs.map((input) => (typeof input === "function" ? noticing(input as OpenCallback, trace) : input)));
      const result = Reflect.apply(original, this, inputs);
      if (returnsDescriptor) trace.opened(result as number);
      return result;
    };
  });
}

type OpenCallback = (error: Error | null, descriptor: number) => unknown;

function noticing(callback: OpenCallback, trace: Trace): OpenCallback {
  return function (this: unknown, error, descriptor) {
    if (typeof descriptor === "number") trace.opened(descriptor);
    return Reflect.apply(callback, this, [error, descriptor]) as unknown;
  };
}

/** `r+` reads and writes, `w+` writes what it reads, `a` appends. */
function opens(trace: Trace, path: unknown, flags: string | number): void {
  withPath(path, (text) => {
    const { O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC, O_APPEND } = fs.constants;
    const number = typeof flags === "number";
    const access = number ? flags & (O_RDONLY | O_WRONLY | O_RDWR) : flags.includes("+") ? O_RDWR : flags.startsWith("r") ? O_RDONLY : O_WRONLY;
    const empties = number ? (flags & O_TRUNC) !== 0 : flags.startsWith("w"), appends = number ? (flags & O_APPEND) !== 0 : flags.startsWith("a");
    if (access === O_RDONLY || (access === O_RDWR && !empties)) trace.read(text, "content");
    if (access !== O_RDONLY && !appends) trace.write(text);
  });
}

function withPath(value: unknown, note: (path: string) => void): void {
  const path = pathOf(value);
  if (path !== null) note(path);
}

function flagOf(options: unknown): string | number | undefined {
  return typeof options === "object" && options !== null ? (options as { readonly flag?: string | number }).flag : undefined;
}

function isRecursive(options: unknown): boolean {
  return typeof options === "object" && options !== null && (options as { readonly recursive?: unknown }).recursive === true;
}
