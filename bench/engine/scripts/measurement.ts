/**
 * What a process measures about one engine and prints as one line of JSON. Its arguments are a case, a number of tasks and a
 * number of repetitions; measurement.py is the same in Python.
 */

/** One step of a case, e.g. `build` or `run`: a number a repetition. */
export interface Phase {
  /** Milliseconds. */
  readonly wall: number[];
  /** Processor time of all threads, milliseconds: what a busy machine does not inflate. */
  readonly cpu: number[];
}

export interface Measurement {
  readonly phases: Readonly<Record<string, Phase>>;
  /** Peak of the process before the first repetition and after it, MiB; null where the system does not tell. */
  readonly memoryBefore: number | null;
  readonly memory: number | null;
}

/** Measures a step: runs `body`, adds its times to those of `name` and gives back what it returned. */
export type Measure = <T>(name: string, body: () => T | Promise<T>) => T | Promise<T>;

/** One repetition with so many tasks. */
export type Case = (tasks: number, measure: Measure) => Promise<void>;

/**
 * Measures the case that the arguments name. Smaller ones before are the warm-up, in which V8 compiles: their times do not count.
 * @param warmUp how many of these, and how many tasks they have at most (counts)
 */
export async function measureCases(cases: Readonly<Record<string, Case>>, warmUp = { rounds: 10, tasks: 1_000 }): Promise<void> {
  const [name, tasks, repetitions] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
  const repeat = cases[name];
  if (repeat === undefined) throw new Error(`There is no case ${name}.`);
  for (let round = 0; round < warmUp.rounds; round++) await repeat(Math.min(tasks, warmUp.tasks), (_, body) => body());
  const phases: Record<string, Phase> = {};
  const measure: Measure = (step, body) => {
    const phase = (phases[step] ??= { wall: [], cpu: [] });
    const before = process.cpuUsage();
    const start = performance.now();
    const ended = () => {
      phase.wall.push(performance.now() - start);
      const used = process.cpuUsage(before);
      phase.cpu.push((used.user + used.system) / 1_000);
    };
    const value = body();
    if (!(value instanceof Promise)) {
      ended();
      return value;
    }
    return value.then((result) => {
      ended();
      return result;
    });
  };
  const peak = () => process.resourceUsage().maxRSS / 1024;
  const memoryBefore = peak();
  let memory = memoryBefore;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    await repeat(tasks, measure);
    if (repetition === 0) memory = peak();
  }
  const measurement: Measurement = { phases, memoryBefore, memory };
  process.stdout.write(`\n${JSON.stringify(measurement)}\n`);
}
