/** Runs the benchmarks: what is measured, beside what, goes to the terminal, to docs/performance.md and in short to README.md. */
import { parseArgs } from "node:util";
import { ENGINE_SECTIONS, measureSection } from "./engine/suite.ts";
import { measureKernels } from "./kernel/suite.ts";
import { measureProbe } from "./probe/suite.ts";
import { describeMachine, README, writeSection } from "./report.ts";
import { measureServer } from "./server/suite.ts";

interface Options {
  readonly quick: boolean;
  readonly alone: boolean;
}

interface Made {
  /** For docs/performance.md. */
  readonly text: string;
  /** For README.md, under the same marker. */
  readonly short?: string;
}

/** One part of the page: its marker, the words of the command line that choose it, and what makes its text. */
interface Part {
  readonly marker: string;
  readonly words: string;
  readonly measure: (options: Options) => Promise<Made>;
}

const PARTS: readonly Part[] = [
  ...ENGINE_SECTIONS.map((section): Part => ({ marker: `engine-${section.name}`, words: `engine ${section.name}`, measure: async (options) => ({ text: await measureSection(section, options) }) })),
  { marker: "probe", words: "probe", measure: measureProbe },
  { marker: "kernel", words: "kernel", measure: async (options) => ({ text: await measureKernels(options) }) },
  { marker: "server", words: "server", measure: measureServer },
];

const USAGE = `Use: npm run bench [-- ${[...new Set(PARTS.map(({ words }) => words))].join(" | ")}] [--quick] [--alone]
"engine" alone is all of its parts; "engine map kept" is two of them. --quick measures less, --alone Flowlet only; both write nothing.`;

/** The parts that the words choose; undefined where one of them is no part. */
function choose([suite, ...names]: readonly string[]): readonly Part[] | undefined {
  if (suite === undefined) return PARTS;
  const wanted = names.length === 0 ? [suite] : names.map((name) => `${suite} ${name}`);
  const chosen = wanted.map((words) => PARTS.filter((part) => part.words === words || part.words.startsWith(`${words} `)));
  return chosen.every((parts) => parts.length > 0) ? PARTS.filter((part) => chosen.flat().includes(part)) : undefined;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: "boolean", default: false }, alone: { type: "boolean", default: false } } });
  const parts = choose(positionals);
  if (parts === undefined) throw new Error(`There is no benchmark "${positionals.join(" ")}".`);
  for (const { marker, words, measure } of parts) {
    const { text, short } = await measure(values);
    const section = `${describeMachine(`npm run bench -- ${words}`)}\n\n${text}`;
    console.log(`\n${section}\n`);
    // What was measured with too few repetitions, or beside nothing, is not for the page.
    if (values.quick || values.alone) continue;
    writeSection(marker, section);
    if (short !== undefined) writeSection(marker, short, README);
  }
}

try {
  await main();
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 1;
}
