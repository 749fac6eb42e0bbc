/** Configuration from a TOML file. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { flattenSections, problemAt, type ConfigEntry, type ConfigLayer, type ConfigProblem } from "./config-problem.ts";
import { findKey } from "./find-key.ts";
import { keyLines } from "./key-lines.ts";

const NOTHING: ConfigLayer = { entries: [], problems: [] };

/** Reads a file. @param expected the user has named it: that it is not there is a problem */
export function tomlLayer(file: string, expected: boolean): ConfigLayer {
  const refuse = (where: string, what: string): ConfigLayer => ({ entries: [], problems: [problemAt(where, `${what} The file is ignored.`)] });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !expected) return NOTHING;
    return refuse(file, error instanceof TypeError ? "it is not a text in UTF-8." : `it can not be read (${code ?? String(error)}).`);
  }
  let sections: Record<string, unknown>;
  try {
    sections = parser().parse(text) as Record<string, unknown>;
  } catch (error) {
    const { line, message } = error as Error & { line?: number };
    return refuse(line === undefined ? file : `${file}:${line}`, `it is no valid TOML: ${message.split("\n")[0].replace(/^Invalid TOML document: /, "")}.`);
  }
  const entries: ConfigEntry[] = [];
  const problems = new Map<string, ConfigProblem>();
  const lineOf = keyLines(text);
  const at = (written: readonly string[]) => {
    const line = lineOf(written);
    return line === null ? file : `${file}:${line}`;
  };
  for (const [path, value] of flattenSections(sections)) {
    const found = findKey(path);
    if ("key" in found) entries.push({ path: found.path, value, where: at(path) });
    else if (!problems.has(found.unknown.join("."))) problems.set(found.unknown.join("."), problemAt(at(found.unknown), `${found.problem} It is ignored.`, found.unknown));
  }
  return { entries, problems: [...problems.values()] };
}

/** Loaded when there is a file to read. */
function parser(): typeof import("smol-toml") {
  return createRequire(import.meta.url)("smol-toml") as typeof import("smol-toml");
}
