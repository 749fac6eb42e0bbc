/** What a file or folder is now, as a text that is equal exactly when it is the same. */
import { hash, createHash } from "node:crypto";
import fs, { type BigIntStats } from "node:fs";
import { join } from "node:path";
import type { FileAspect } from "./dependency.ts";

// The originals: what tasks use is replaced later by what notices its use.
const { closeSync, openSync, readSync, readdirSync, realpathSync, statSync } = fs;

/** Larger files count by size and times alone (bytes). */
export const MAX_HASHED = 256 * 1024 * 1024;

/** Read at a time (bytes). */
const CHUNK = 1024 * 1024;

/** A file that was changed so shortly before is looked into again: its times may not tell the next change (milliseconds). */
const YOUNG = 2000;

export const MISSING = "missing";

/** What the file system tells of a path. */
export interface FileStamp {
  /** Equal: nothing was changed, unless it was changed at the very moment. */
  readonly text: string;
  readonly type: "file" | "folder" | "other" | "missing";
  readonly size: number;
  readonly mode: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

const NOTHING: FileStamp = { text: MISSING, type: "missing", size: 0, mode: 0, changedAt: 0 };

/** @throws what the file system throws, but not where nothing is there */
export function fileStamp(path: string): FileStamp {
  let stats: BigIntStats | undefined;
  try {
    stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
  }
  if (stats === undefined) return NOTHING;
  return {
    text: `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`, type: stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other", size: Number(stats.size), mode: Number(stats.mode),
    changedAt: Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)),
  };
}

/** Could it be changed without its stamp telling? */
export function isYoung(stamp: FileStamp, age = YOUNG): boolean { return stamp.changedAt + age > Date.now(); }

/** One aspect of a path whose stamp is known. Reads the file where its content is asked for. @throws what the file system throws */
export function fileContent(path: string, aspect: FileAspect, stamp: FileStamp): string {
  if (stamp.type === "missing") return MISSING;
  switch (aspect) {
    case "existence": return stamp.type;
    case "metadata": return `${stamp.type} ${stamp.mode} ${stamp.text.slice(0, stamp.text.indexOf(":", stamp.text.indexOf(":") + 1))}`;
    case "target": return realpathSync(path);
    case "entries": return stamp.type === "folder" ? hashed(listing(path, false)) : stamp.type;
    case "tree": return stamp.type === "folder" ? hashed(listing(path, true)) : stamp.type;
    case "content": return stamp.type !== "file" ? stamp.type : stamp.size > MAX_HASHED ? `large ${stamp.text}` : hashOf(path, stamp.size);
  }
}

/** Can the stamp alone tell that the aspect is the same? */
export function stampTells(aspect: FileAspect): boolean { return aspect === "content" || aspect === "entries"; }

const hashed = (text: string) => hash("sha256", text, "base64");

function listing(path: string, recursive: boolean): string {
  return readdirSync(path, { withFileTypes: true, recursive }).map((entry) => `${entry.isDirectory() ? "d" : "f"} ${join(entry.parentPath, entry.name)}`).sort().join("\0");
}

function hashOf(path: string, size: number): string {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(size, 1), CHUNK));
    const content = createHash("sha256");
    for (let length = readSync(file, buffer, 0, buffer.length, null); length > 0; length = readSync(file, buffer, 0, buffer.length, null)) content.update(buffer.subarray(0, length));
    return content.digest("base64");
  } finally {
    closeSync(file);
  }
}
