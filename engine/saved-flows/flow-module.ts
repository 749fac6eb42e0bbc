/** Where the code of a flow can be found again: the file that was being evaluated when the flow was made. */
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { getCallSites } from "node:util";
import { scriptOrigin } from "../cache/script-origin.ts";
import { FlowletError } from "../errors.ts";
import { currentHost } from "../host.ts";

/** The file whose evaluation makes the flow. */
export interface FlowModule {
  /** `file:` URL. */
  readonly url: string;
  /** The flow's name. */
  readonly flow: string;
}

/** Of the stack (count): what is beyond it does not count. */
const MAX_FRAMES = 200;

/** What Node calls the text of `node -e`. */
const EVALUATED = /\/\[eval\d*\]$/;

/**
 * The user's outermost file on the stack: loading that file again does again what happens now.
 * @returns its URL; null where the code is in no file, e.g. in a notebook's cell
 */
export function evaluatedFile(): string | null {
  let outermost: string | null = null;
  // Nameless code is a cell's where a host says who adds; else it is made with `eval` and belongs to what called it.
  const inCell = currentHost()?.origin !== undefined;
  for (const { scriptName } of getCallSites(MAX_FRAMES, { sourceMap: false })) {
    if (scriptName === "" && inCell) return null;
    if (scriptName === "" || scriptName.startsWith("node:") || scriptName.startsWith("evalmachine.")) continue;
    const url = isAbsolute(scriptName) ? pathToFileURL(scriptName).href : scriptName;
    if (!url.startsWith("file:") || EVALUATED.test(url)) return null;
    if (scriptOrigin(url).kind === "user") outermost = url;
  }
  return outermost === null ? null : outermost.replace(/[?#].*$/, "");
}

/**
 * Where a flow's code is.
 * @param made file in which the flow was made, if it was one @param told by the user: a path or URL that is preferred
 * @throws FlowletError FLOW_NOT_IN_FILE
 */
export function flowModule(flow: string, made: string | null, told?: string | URL): FlowModule {
  const refuse = (why: string): never => { throw new FlowletError("FLOW_NOT_IN_FILE", { flow, why }); };
  const url = told === undefined ? made : told instanceof URL || told.startsWith("file:") ? String(told) : pathToFileURL(told).href;
  if (url === null) return refuse("it was not made in a file but in a cell, a prompt or the like");
  if (!url.startsWith("file:")) return refuse(`${url} is no file`);
  if (!existsSync(fileURLToPath(url))) return refuse(`the file ${fileURLToPath(url)} does not exist`);
  return { url, flow };
}
