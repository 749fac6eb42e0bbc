/** The file of a saved flow: where its code is, and what the flow looked like. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { currentConfig } from "../config/config.ts";
import { FlowletError, describeValue, listNames } from "../errors.ts";
import { isText } from "../option-checks.ts";
import type { FlowModule } from "./flow-module.ts";
import { structureHash, type SerializedFlow } from "./serialize-flow.ts";

const FORMAT = "flowlet-flow";
/** Version of the format that this code writes; it reads this one and older ones. */
const VERSION = 1;
const ENDING = ".flowlet.json";

/** A saved flow as it is read. */
export interface SavedFlow {
  readonly name: string;
  /** Where the code may be, the likeliest first: beside the file as it was, then where it was. */
  readonly modules: readonly string[];
  /** Hash of the structure that was saved. */
  readonly hash: string;
  readonly flow: SerializedFlow;
}

/** Folder of flows that are saved without a path. */
export function savedFlowsFolder(): string {
  return join(currentConfig().homeDir, "flows");
}

/** `My first flow!` is `my-first-flow`. */
function slugOf(name: string): string {
  const slug = name.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 80);
  return slug === "" ? digest(name) : slug;
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** Where a flow of this name is saved: another flow whose name gives the same slug keeps its file. */
function pathOf(name: string): string {
  const path = join(savedFlowsFolder(), `${slugOf(name)}${ENDING}`);
  const there = nameIn(path);
  return there === undefined || there === name ? path : join(savedFlowsFolder(), `${slugOf(name)}-${digest(name)}${ENDING}`);
}

/** Name of the flow that a file holds; undefined where it can not be told. */
function nameIn(path: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(path, "utf8")) as { name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Absolute path of the file to save to. @param given a folder gets a file named after the flow. Default: the folder of saved flows. @throws FlowletError BAD_OPTION */
export function savedFlowPath(name: string, given: string | undefined): string {
  if (given === undefined) return pathOf(name);
  if (!isText(given)) throw new FlowletError("BAD_OPTION", { owner: `flow.save of ${name}`, option: "path", expected: "a text", got: describeValue(given) });
  return given.endsWith("/") || given.endsWith(sep) || isFolder(given) ? resolve(given, `${slugOf(name)}${ENDING}`) : resolve(given);
}

/** Writes the file; one that is there is replaced at once or not at all. */
export function writeSavedFlow(path: string, flow: SerializedFlow, module: FlowModule): void {
  const saved = {
    format: FORMAT, version: VERSION, name: flow.name,
    // Beside each other they may be moved together.
    module: { url: module.url, relative: relative(dirname(path), fileURLToPath(module.url)).replaceAll(sep, "/") },
    hash: structureHash(flow), flow,
  };
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(saved, null, 2)}\n`);
  renameSync(temporary, path);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Finds and reads a saved flow.
 * @param given a path, or the name of a flow in the folder of saved flows
 * @throws FlowletError SAVED_FLOW_NOT_FOUND, SAVED_FLOW_UNREADABLE
 */
export function readSavedFlow(given: string): { readonly path: string; readonly saved: SavedFlow } {
  const looksLikePath = given.endsWith(".json") || given.includes("/") || given.includes(sep);
  const path = looksLikePath || isFile(given) ? resolve(given) : pathOf(given);
  if (!isFile(path)) throw new FlowletError("SAVED_FLOW_NOT_FOUND", { name: given, path, known: listNames(savedNames()) });
  return { path, saved: parseSavedFlow(path, readFileSync(path, "utf8")) };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function savedNames(): string[] {
  try {
    return readdirSync(savedFlowsFolder()).filter((file) => file.endsWith(ENDING)).map((file) => nameIn(join(savedFlowsFolder(), file)) ?? file).sort();
  } catch {
    return [];
  }
}

function parseSavedFlow(path: string, text: string): SavedFlow {
  const refuse = (why: string, cause?: unknown): never => { throw new FlowletError("SAVED_FLOW_UNREADABLE", { path, why }, { cause }); };
  let data: Partial<Record<"format" | "version" | "name" | "module" | "hash" | "flow", any>> | null;
  try {
    data = JSON.parse(text) as typeof data;
  } catch (error) {
    return refuse(`it is no JSON (${(error as Error).message})`, error);
  }
  if (typeof data !== "object" || data === null || data.format !== FORMAT) return refuse("it is no saved flow");
  const { version, name, module, hash, flow } = data;
  if (!Number.isInteger(version) || version < 1) return refuse("it has no version");
  if (version > VERSION) return refuse(`it was saved by a newer Flowlet (format ${version}; this one reads up to ${VERSION}). Update Flowlet`);
  for (const [what, value] of Object.entries({ name, hash, "module.url": module?.url, "module.relative": module?.relative })) {
    if (typeof value !== "string" || value === "") refuse(`${what} is missing`);
  }
  if (typeof flow !== "object" || flow === null || !Array.isArray(flow.tasks)) return refuse("flow is missing");
  if (!URL.canParse(module.url) || !module.url.startsWith("file:")) return refuse("module.url is no file's URL");
  const beside = pathToFileURL(resolve(dirname(path), module.relative)).href;
  return { name, modules: [...new Set([beside, module.url as string])], hash, flow };
}
