/** The probe: after each edit, does an engine return what the cells say, and does it run only what it has to? */
import { table, type Cell } from "../report.ts";
import { EDITS, type Edit } from "./edits.ts";
import { PROBED, type ProbedEngine } from "./engines.ts";
import { judge, type Verdict } from "./verdict.ts";

export interface ProbeReport {
  /** A row an edit, a column an engine. */
  readonly text: string;
  /** A row an engine, a column a kind of edit. */
  readonly short: string;
}

/** An engine and what it did after each edit, by the edit's name; nothing for those that mean nothing to it. */
export interface Judged {
  readonly engine: ProbedEngine;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

export interface ProbeOptions {
  /** Without engines that take long to start. */
  readonly quick: boolean;
  /** Flowlet only. */
  readonly alone: boolean;
}

/** Runs all edits in all engines. What is absent or failed is listed under the table with the reason. */
export async function measureProbe({ quick, alone }: ProbeOptions, engines: readonly ProbedEngine[] = PROBED, edits: readonly Edit[] = EDITS): Promise<ProbeReport> {
  const judged: Judged[] = [];
  const missing: string[] = [];
  for (const engine of engines) {
    if ((alone && !engine.own) || (quick && engine.slow)) continue;
    const reason = await engine.install?.();
    if (reason !== undefined) {
      missing.push(`${engine.name}: absent (${reason})`);
      continue;
    }
    console.error(`${engine.name}, ${edits.length} edits …`);
    try {
      judged.push(await judgeEngine(engine, edits));
    } catch (error) {
      missing.push(`${engine.name}: failed (${String((error as { stderr?: string }).stderr || (error as Error).message).trim().split("\n").at(-1)})`);
    }
  }
  const lines = missing.map((line) => `\n${line}`);
  return { text: [fullTable(judged, edits), ...lines].join("\n"), short: [shortTable(judged, edits), ...lines].join("\n") };
}

async function judgeEngine(engine: ProbedEngine, edits: readonly Edit[]): Promise<Judged> {
  const meant = edits.filter(({ name }) => !engine.without?.includes(name));
  const observed = new Map((await engine.observe(meant)).map((one) => [one.name, one]));
  return { engine, verdicts: new Map(meant.map((edit) => [edit.name, judge(edit, observed.get(edit.name) ?? { name: edit.name, runs: [] })])) };
}

function fullTable(judged: readonly Judged[], edits: readonly Edit[]): string {
  const rows = edits.map(({ name }): Cell[] => [name, ...judged.map(({ verdicts }) => verdicts.get(name)?.text)]);
  const total = (title: string, kind: Verdict["kind"]): Cell[] => [title, ...judged.map(({ verdicts }) => {
    const count = [...verdicts.values()].filter((verdict) => verdict.kind === kind).length;
    return `${count} of ${verdicts.size}`;
  })];
  return table(["edited", ...judged.map(({ engine }) => engine.name)], [...rows, total("**stale**", "stale"), total("**needless runs**", "needless")]);
}

function shortTable(judged: readonly Judged[], edits: readonly Edit[]): string {
  const groups = [...new Set(edits.flatMap(({ group }) => group ?? []))];
  const rows = judged.map(({ engine, verdicts }): Cell[] => {
    const of = (group: string | undefined) => edits.filter((edit) => edit.group === group).flatMap((edit) => verdicts.get(edit.name) ?? []);
    return [engine.name, ...groups.map((group) => inShort(of(group))), inShort(of(undefined))];
  });
  return table(["edited:", ...groups, "nothing that counts"], rows);
}

/** One word for several edits of a kind: the worst. */
function inShort(verdicts: readonly Verdict[]): Cell {
  const has = (kind: Verdict["kind"]) => verdicts.some((verdict) => verdict.kind === kind);
  if (verdicts.length === 0) return undefined;
  if (has("stale")) return "stale";
  if (has("failed")) return "fails";
  if (has("unkept")) return "keeps nothing";
  return has("needless") ? "needless run" : "✓";
}
