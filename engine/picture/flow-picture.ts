/** A picture of a flow: shown by a notebook, or written to a file (prefect.core.flow, Flow.visualize). */
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import { drawSvg } from "../../layout/draw-svg.ts";
import { xmlText } from "../../layout/xml-text.ts";
import { FlowletError, describeValue } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { currentHost } from "../host.ts";
import { getLogger } from "../logging/logger.ts";
import { A_BOOLEAN, checkOptions, isText, type OptionCheck } from "../option-checks.ts";
import { State } from "../state.ts";
import { pictureSnapshot } from "./picture-snapshot.ts";

/** Formats of files. */
export type PictureFormat = "svg" | "html";

/** All optional. */
export interface VisualizeOptions {
  /** State of a run of the flow: cards have the colours of their states, children of mapped tasks are drawn one by one. */
  readonly state?: State;
  /** File to write. Its ending tells the format where `format` does not; without a known one it gets the format's. */
  readonly filename?: string;
  /** Default svg. */
  readonly format?: PictureFormat;
  /**
   * From left to right. Default true. False: from top to bottom, up to 100 tasks.
   *
   * Differs: from left to right by default, as the picture in a notebook.
   */
  readonly horizontal?: boolean;
}

const OPTIONS: { readonly [Option in keyof Required<VisualizeOptions>]: OptionCheck } = {
  state: ["the State of a run", (value) => value instanceof State], filename: ["a path", isText], format: ["a text", isText], horizontal: A_BOOLEAN,
};

const FORMATS: Readonly<Record<string, PictureFormat>> = { ".svg": "svg", ".html": "html", ".htm": "html" };
/** Endings that somebody may hope for: a file of that name must not hold something else. */
const OTHER_ENDINGS = new Set([".png", ".pdf", ".jpg", ".jpeg", ".gif", ".webp", ".ps", ".eps", ".dot", ".gv"]);

/** A drawn flow. As the last value of a cell it is shown. */
export class FlowPicture {
  /** Name of the flow. */
  readonly flow: string;
  /** The text of an SVG document. */
  readonly svg: string;
  /** Absolute path of the file that was written; null where none was. */
  readonly path: string | null;

  constructor(flow: string, svg: string, path: string | null) {
    this.flow = flow;
    this.svg = svg;
    this.path = path;
  }

  /** What a notebook shows (Deno's convention). */
  [Symbol.for("Jupyter.display")](): { readonly [mimeType: string]: string } {
    return { "image/svg+xml": this.svg, "text/plain": this.toString() };
  }

  /** `<FlowPicture: "My flow" in /tmp/my-flow.svg>` */
  toString(): string { return `<FlowPicture: ${JSON.stringify(this.flow)}${this.path === null ? "" : ` in ${this.path}`}>`; }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}

/**
 * Draws a flow, and writes the file: where a name is given, and in a script, which shows nothing by itself, a temporary one whose
 * path is logged.
 *
 * Differs: no program is opened.
 * @throws FlowletError BAD_OPTION, UNKNOWN_OPTION, BAD_PICTURE_FORMAT
 */
export function visualizeFlow(graph: FlowGraph, options: VisualizeOptions): FlowPicture {
  checkOptions(`flow.visualize of ${graph.name}`, options, OPTIONS);
  const { state, filename, horizontal = true } = options;
  const { path, format } = target(filename, options.format);
  const svg = drawSvg(pictureSnapshot(graph, state), { upright: !horizontal, filled: state !== undefined });
  if (path === null && currentHost() !== undefined) return new FlowPicture(graph.name, svg, null);
  const file = path ?? join(tmpdir(), `flowlet-${(graph.name.match(/[\p{L}\p{N}]+/gu) ?? ["flow"]).join("-").slice(0, 40)}-${randomUUID().slice(0, 8)}.${format}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, format === "svg" ? svg : page(graph.name, svg));
  if (path === null) getLogger("Flow").info(`The picture of flow ${graph.name} is in ${file}`);
  return new FlowPicture(graph.name, svg, file);
}

/** Where to write, and in which format. */
function target(filename: string | undefined, given: string | undefined): { readonly path: string | null; readonly format: PictureFormat } {
  const refuse = (got: string): never => { throw new FlowletError("BAD_PICTURE_FORMAT", { got }); };
  if (given !== undefined && given !== "svg" && given !== "html") return refuse(describeValue(given));
  if (filename === undefined) return { path: null, format: given ?? "svg" };
  const ending = extname(filename).toLowerCase();
  const told = FORMATS[ending];
  if (told === undefined && given === undefined && OTHER_ENDINGS.has(ending)) return refuse(ending.slice(1));
  const format = given ?? told ?? "svg";
  return { path: resolve(told === format ? filename : `${filename}.${format}`), format };
}

function page(name: string, svg: string): string {
  return `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${xmlText(name)}</title></head>\n<body>${svg}</body>\n</html>\n`;
}
