/** The process of a run that an agent has started which is gone; the one that looks after it now is no parent of it. */
import { isAlive, type ProcessLife } from "./process-life.ts";
import { killGroup, type ProcessEnd } from "./run-process.ts";

/** Between two looks (milliseconds). */
const LOOK = 500;

export class AdoptedProcess {
  readonly pid: number;
  /** How it ended is not known. */
  readonly ended: Promise<ProcessEnd>;

  constructor(life: ProcessLife) {
    this.pid = life.pid;
    this.ended = new Promise((resolve) => {
      const look = () => (isAlive(life) ? void setTimeout(look, LOOK) : resolve({ code: null, signal: null }));
      look();
    });
  }

  /** It asks the server why. */
  cancel(): void {
    try {
      process.kill(this.pid, "SIGTERM");
    } catch {
      // It has ended meanwhile.
    }
  }

  kill(): void { killGroup(this.pid); }
}
