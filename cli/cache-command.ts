/** `flowlet cache …`: what is kept on disk, listed, shown and removed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Command } from "commander";
import { config } from "../engine/index.ts";
import { StoreCatalog, formatDuration, type StoredResult, type StoredResultDetails } from "../engine/embedding.ts";
import { confirm } from "./confirm.ts";
import { count, print } from "./printing.ts";
import { formatAge, formatSize, formatTime, parseSize, parseSpan } from "./quantities.ts";
import { table } from "./table.ts";

/** Of results, from the folder of a notebook or script. */
const DEFAULT_FOLDER = ".flowlet/results";

interface CommonOptions {
  readonly folder?: string;
  readonly json?: boolean;
}
interface FilterOptions extends CommonOptions {
  readonly flow?: string;
  readonly task?: string;
}

/** Results that `show` prints, unless it is told another number (count). */
const SHOWN = 3;

export function cacheCommand(): Command {
  const cache = new Command("cache")
    .description("Results that flows have kept on disk: look at them, clear up.")
    .addHelpText("after", "\nExamples:\n  flowlet cache ls\n  flowlet cache show etl load-1\n  flowlet cache gc --max-size 500MB --older-than 7d\n  flowlet cache clear --flow etl");
  cache.addCommand(common(filtered(new Command("ls")))
    .description("List what is kept, newest first.")
    .addHelpText("after", "\nExamples:\n  flowlet cache ls\n  flowlet cache ls --flow etl --task load\n  flowlet cache ls --json | jq '.results[].bytes'")
    .action((options: FilterOptions) => list(options)));
  cache.addCommand(common(new Command("show"))
    .description("Show what is kept of a task: its key and what that is made of, what made it, what it printed, its value.")
    .argument("<flow>", "name of the flow")
    .argument("<task>", "slug of the task, or its name")
    .option("--limit <count>", "so many results, newest first", (text) => parseInt(text, 10), SHOWN)
    .addHelpText("after", "\nExamples:\n  flowlet cache show etl load-1\n  flowlet cache show etl load --limit 10 --json")
    .action((flow: string, task: string, options: CommonOptions & { readonly limit: number }) => show(flow, task, options)));
  cache.addCommand(common(new Command("gc"))
    .description("Throw out what was used longest ago, and files that nothing refers to.")
    .option("--max-size <size>", "until no more than this is kept, e.g. 500MB. Default: the configuration's cache.maxSize", parseSize)
    .option("--older-than <time>", "what was not used for so long, e.g. 7d", parseSpan)
    .addHelpText("after", "\nExamples:\n  flowlet cache gc\n  flowlet cache gc --max-size 500MB\n  flowlet cache gc --older-than 7d")
    .action((options: CommonOptions & { readonly maxSize?: number; readonly olderThan?: number }) => collect(options)));
  cache.addCommand(common(filtered(new Command("clear")))
    .description("Remove what is kept: the tasks run again.")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nExamples:\n  flowlet cache clear\n  flowlet cache clear --flow etl --task load --yes")
    .action((options: FilterOptions & { readonly yes?: boolean }) => clear(options)));
  return cache;
}

const common = (command: Command): Command => command
  .option("--folder <path>", "folder of a notebook or script, or of the results themselves. Default: the configuration's cache.folder, .flowlet/results from here")
  .option("--json", "print JSON");
const filtered = (command: Command): Command => command
  .option("--flow <name>", "only of this flow")
  .option("--task <slug>", "only of the task with this slug, or of all with this name");

/** @throws where no folder is named, or what is there can not be read */
function withCatalog<T>({ folder }: CommonOptions, body: (catalog: StoreCatalog | null, folder: string) => T): T {
  const path = folder === undefined ? config.cache.folder : resultsIn(folder);
  if (path === null) throw new Error("cache.folder is false in the configuration: results are kept in memory only. Name a folder with --folder.");
  const catalog = StoreCatalog.open(path);
  try {
    return body(catalog, path);
  } finally {
    catalog?.close();
  }
}

/** Of a notebook's or script's folder those below it; else the folder itself is one of results. */
function resultsIn(folder: string): string {
  const below = join(folder, DEFAULT_FOLDER);
  return existsSync(below) ? below : folder;
}

const printJson = (value: unknown): void => print(JSON.stringify(value, (_, one: unknown) => (one instanceof Map ? Object.fromEntries(one) : typeof one === "bigint" ? String(one) : one), 2));
const taskName = ({ task, mapIndex }: Pick<StoredResult, "task" | "mapIndex">): string => (mapIndex === null ? task : `${task}[${mapIndex}]`);

function list(options: FilterOptions): void {
  withCatalog(options, (catalog, folder) => {
    const results = catalog?.list(options) ?? [], memoryOnly = catalog?.memoryOnly(options) ?? [];
    const bytes = results.reduce((all, one) => all + one.bytes, 0), saves = results.reduce((all, one) => all + one.duration, 0);
    if (options.json === true) return printJson({ folder, results: results.map((one) => ({ ...one, where: "disk" })), memoryOnly, totals: { results: results.length, bytes, duration: saves } });
    if (results.length === 0 && memoryOnly.length === 0) return print(`Nothing is kept in ${folder}${options.flow !== undefined || options.task !== undefined ? " of what you asked for" : ""}.`);
    const now = Date.now();
    print(table(
      [{ title: "FLOW" }, { title: "TASK" }, { title: "KEPT AT" }, { title: "AGE", right: true }, { title: "SAVES", right: true }, { title: "SIZE", right: true }, { title: "LAST USED" }, { title: "WHERE" }],
      [
        ...results.map((one) => [one.flow, taskName(one), formatTime(one.keptAt), formatAge(now - one.keptAt), formatDuration(one.duration), formatSize(one.bytes), formatTime(one.usedAt), "disk"]),
        ...memoryOnly.map(({ flow, task, why }) => [flow, task, "", "", "", "", "", why]),
      ],
    ));
    print(`\n${count(results.length, "result")}, ${formatSize(bytes)}, ${formatDuration(saves)} to make`);
  });
}

function show(flow: string, task: string, { limit, ...options }: CommonOptions & { readonly limit: number }): void {
  if (!Number.isInteger(limit) || limit < 1) throw new Error("--limit must be a whole number, 1 or more.");
  withCatalog(options, (catalog, folder) => {
    const results = catalog?.details({ flow, task }, limit) ?? [], memoryOnly = catalog?.memoryOnly({ flow, task }) ?? [];
    if (results.length === 0 && memoryOnly.length === 0) throw new Error(`Nothing is kept of task ${task} in flow ${flow} in ${folder}. flowlet cache ls lists what is.`);
    if (options.json === true) return printJson({ folder, results: results.map(({ value, ...one }) => ({ ...one, ...("problem" in value ? value : { preview: preview(value.value) }) })), memoryOnly });
    print([...results.map(describe), ...memoryOnly.map((one) => `${one.flow} / ${one.task}\n  ${one.why}`)].join("\n\n"));
  });
}

function describe(one: StoredResultDetails): string {
  const lines = [
    `${one.flow} / ${taskName(one)}`,
    `  kept       ${formatTime(one.keptAt)}, last used ${formatTime(one.usedAt)}`,
    `  saves      ${formatDuration(one.duration)}`,
    `  on disk    ${formatSize(one.bytes)}${one.file === null ? "" : `, ${one.file}`}`,
    `  key        ${one.key.replaceAll("\n", " · ")}`,
    ...section("code", [...one.code].map(([name, content]) => `${name}: ${content}`)),
    ...section("inputs", [...one.inputs].map(([name, content]) => `${name}: ${content}`)),
    ...section("outside", one.outside),
    ...section("depends on", one.dependencies.map((dependency) => (dependency.kind === "file" ? `file ${dependency.path}` : `environment variable ${dependency.name}`))),
    ...section("printed", one.logs.flatMap(({ text }) => text.trimEnd().split("\n"))),
    ...section("value", ("problem" in one.value ? `can not be used: ${one.value.problem}` : preview(one.value.value)).split("\n")),
  ];
  return lines.join("\n");
}

/** A name, and lines beside it. */
function section(name: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? name : "").padEnd(10)} ${line}`);
}

function preview(value: unknown): string {
  const text = inspect(value, { depth: 3, maxArrayLength: 20, maxStringLength: 500, breakLength: 100 });
  return text.length > 2000 ? `${text.slice(0, 2000)}… (${text.length - 2000} more characters)` : text;
}

function collect({ maxSize = config.cache.maxSize, olderThan, ...options }: CommonOptions & { readonly maxSize?: number; readonly olderThan?: number }): void {
  withCatalog(options, (catalog, folder) => {
    const old = catalog === null || olderThan === undefined ? { entries: 0, bytes: 0 } : catalog.remove({ notUsedSince: Date.now() - olderThan });
    const more = catalog?.collect(maxSize) ?? { entries: 0, bytes: 0 };
    removed(folder, { entries: old.entries + more.entries, bytes: old.bytes + more.bytes }, options);
  });
}

async function clear(options: FilterOptions & { readonly yes?: boolean }): Promise<void> {
  const { what, results } = withCatalog(options, (catalog, folder) => {
    const found = catalog?.list(options) ?? [];
    return { results: found.length, what: `${count(found.length, "result")} (${formatSize(found.reduce((all, one) => all + one.bytes, 0))}) in ${join(folder)}` };
  });
  if (results > 0 && !(await confirm(`Remove ${what}?`, options.yes))) return print("Nothing was removed.");
  withCatalog(options, (catalog, folder) => removed(folder, catalog?.remove(options) ?? { entries: 0, bytes: 0 }, options));
}

function removed(folder: string, gone: { readonly entries: number; readonly bytes: number }, { json }: CommonOptions): void {
  if (json === true) printJson({ folder, removed: { results: gone.entries, bytes: gone.bytes } });
  else print(gone.entries === 0 ? "Nothing was to be removed." : `Removed ${count(gone.entries, "result")}, ${formatSize(gone.bytes)}.`);
}
