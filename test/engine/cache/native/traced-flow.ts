/** A flow whose runs keep results, in a folder of its own: says of each task why it ran or was kept. */
import { mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withHost, type ObservedTaskRun, type ResultCache } from "../../../../engine/embedding.ts";
import { Flow, task, type Executor, type State, type Task, type TaskOptions } from "../../../../engine/index.ts";

export class TracedFlow {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "traced-")));
  readonly flow = new Flow("traced");
  state!: State;

  path(name: string): string { return join(this.folder, name); }

  /** Writes a file, as somebody else did long ago: its times tell its next change. */
  write(name: string, text: string): string {
    const path = this.path(name);
    writeFileSync(path, text);
    return path;
  }

  /** Sets a file's times back. */
  age(name: string): void {
    const long = new Date(Date.now() - 60_000);
    utimesSync(this.path(name), long, long);
  }

  add(name: string, run: () => unknown, options: TaskOptions = {}): this {
    this.flow.build(() => task(run, { name, ...options })());
    return this;
  }

  /** Runs it. @returns of each task `ran: …` or `kept …` with the reason */
  async run({ cache, ...options }: { readonly executor?: Executor; readonly freeze?: readonly string[]; readonly cache?: ResultCache } = {}): Promise<Record<string, string>> {
    const finished = new Map<ObservedTaskRun, State>();
    const taskRunChanged = (_: unknown, run: ObservedTaskRun, state: State) => { if (state.isFinished() && !state.isMapped()) finished.set(run, state); };
    this.state = await withHost({ observer: { taskRunChanged }, onLog: () => {}, ...(cache === undefined ? {} : { cache }) } as object, () => this.flow.run({}, { cache: true, ...options }));
    // Of a flow that a task runs there are task runs too.
    return Object.fromEntries([...finished].filter(([run]) => this.flow.has((run as unknown as { readonly task: Task }).task)).map(([run, state]) => {
      const { reason, fullName } = run as ObservedTaskRun & { readonly reason: string; readonly fullName: string };
      return [fullName, state.isCached() ? reason : `${state.isSuccessful() ? "ran" : state.type}: ${reason}`];
    }));
  }

  /** Of each task what the next run would do, and why. */
  plan(): Record<string, string> {
    return Object.fromEntries(this.flow.plan().tasks.map(({ name, verdict, reason }) => [name, `${verdict}: ${reason}`]));
  }

  remove(): void { rmSync(this.folder, { recursive: true, force: true }); }
}
