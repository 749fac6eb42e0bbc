/** Whose code has called a traced function: what Node's module loader or Flowlet itself reads is no dependency of a task. */
import { fileURLToPath } from "node:url";
import { getCallSites } from "node:util";

/** A folder of ours: scripts are named by URL, or by path where a bundler has loaded them. */
const folder = (path: string) => { const url = new URL(path, import.meta.url); return [url.href, fileURLToPath(url)] as const; };
const isIn = (script: string, [url, path]: readonly [string, string]) => script.startsWith(url) || script.startsWith(path);

const FOLDER = folder("./"), ENGINE = folder("../"), KERNEL = folder("../../kernel/");
/** The part of the engine that reads what a task asks it to read. */
const RESULTS = folder("../results/");

/** Parts of Node that work on their own behalf, or for a traced function that has been noticed already. */
const NODE_FILES = ["node:internal/modules/", "node:internal/source_map/", "node:internal/process/", "node:internal/fs/rimraf", "node:internal/fs/utils", "node:fs"];

/** Frames to look at: those of tracing itself are few. */
const FRAMES = 16;

/** URL of the script that called; empty where native code did. About 3 µs. */
function callerUrl(): string {
  for (const { scriptName } of getCallSites(FRAMES)) if (!isIn(scriptName, FOLDER)) return scriptName;
  return "";
}

const ownCode = (url: string) => isIn(url, KERNEL) || (isIn(url, ENGINE) && !isIn(url, RESULTS));

/** Does the call that is being traced count? `internal`: it does, and Node makes it on behalf of another. */
export function fileCaller(): "counts" | "internal" | null {
  const url = callerUrl();
  if (!url.startsWith("node:")) return ownCode(url) ? null : "counts";
  if (NODE_FILES.some((part) => url.startsWith(part))) return null;
  return url.startsWith("node:internal/fs/") ? "internal" : "counts";
}

/** What of Node uses sockets for requests, and asks for hosts' names for sockets: both are noticed as such. */
const NODE_REQUESTS = /^node:(_http|https?$|internal\/(http|deps\/undici))/;
const NODE_SOCKETS = /^node:(net|_tls|tls|internal\/(net|tls))/;

/** Is a socket used by other code than Node's requests? @param what `name`: a host's name is asked for, which sockets do too */
export function connectionCallerCounts(what: "socket" | "name"): boolean {
  for (const { scriptName } of getCallSites(FRAMES)) {
    if (NODE_REQUESTS.test(scriptName) || (what === "name" && NODE_SOCKETS.test(scriptName))) return false;
    if (!scriptName.startsWith("node:") && !isIn(scriptName, FOLDER) && scriptName !== "") return !ownCode(scriptName);
  }
  return what === "name";
}

/** Does reading an environment variable count? Not where Node itself looks one up. */
export function environmentCallerCounts(): boolean {
  const url = callerUrl();
  return !url.startsWith("node:") && !ownCode(url);
}
