/** Runs the benchmarks: what is measured, beside what, goes to the terminal and to docs/performance.md. */
import { measureEngines } from "./engine/suite.ts";
import { measureKernels } from "./kernel/suite.ts";
import { describeMachine, writeSection } from "./report.ts";

const args = process.argv.slice(2);
const quick = args.includes("--quick");
const wanted = args.filter((arg) => !arg.startsWith("-"));
const unknown = [...wanted.filter((name) => name !== "engine" && name !== "kernel"), ...args.filter((arg) => arg.startsWith("-") && arg !== "--quick")];

if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown[0]}": use "engine" or "kernel", or neither for both, and "--quick" to measure less.`);
  process.exitCode = 1;
} else {
  const suites = { engine: measureEngines, kernel: measureKernels } as const;
  for (const name of ["engine", "kernel"] as const) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const table = await suites[name]({ quick });
    const text = `${describeMachine(`npm run bench -- ${name}`)}\n\n${table}`;
    console.log(`\n${text}\n`);
    // What was measured with too few repetitions is not for the page.
    if (!quick) writeSection(name, text);
  }
}
