/** What one process measures about one engine: printed by it as one line of JSON. */

/** `chain`: each task takes the result of the one before. `fan`: all tasks take the result of one. */
export type Shape = "chain" | "fan";

export interface Measurement {
  /** Milliseconds to build the flow or graph, one a repetition. */
  readonly build: readonly number[];
  /** Milliseconds to run it, one a repetition. */
  readonly run: readonly number[];
  /** Processor time of those runs, all threads, milliseconds: what a busy machine does not inflate. */
  readonly cpu: readonly number[];
  /** Peak of the process, MiB. */
  readonly memory: number;
}

/** How an engine is measured in JavaScript: `build` returns what runs it. */
export type Engine = (shape: Shape, tasks: number) => () => Promise<unknown>;

const WARM_UP_TASKS = 1_000;

/**
 * Measures an engine in this process, as its arguments say: shape, number of tasks, repetitions.
 *
 * The first run of all is a warm-up of 1,000 tasks; its time does not count.
 */
export async function measure(engine: Engine): Promise<void> {
  const [shape, tasks, repetitions] = [process.argv[2] as Shape, Number(process.argv[3]), Number(process.argv[4])];
  await engine(shape, Math.min(tasks, WARM_UP_TASKS))();
  const build: number[] = [];
  const run: number[] = [];
  const cpu: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const start = performance.now();
    const runIt = engine(shape, tasks);
    const before = process.cpuUsage();
    const built = performance.now();
    await runIt();
    const end = performance.now();
    const used = process.cpuUsage(before);
    build.push(built - start);
    run.push(end - built);
    cpu.push((used.user + used.system) / 1_000);
  }
  const measurement: Measurement = { build, run, cpu, memory: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(`\n${JSON.stringify(measurement)}\n`);
}
