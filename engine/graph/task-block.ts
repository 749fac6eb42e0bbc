/** Blocks of a flow's construction: the tasks that are added while one is open belong to it (`case`, `resource`). */
import { AsyncLocalStorage } from "node:async_hooks";
import { runWithin } from "../run-within.ts";
import type { Task } from "../task/task.ts";

/** Blocks of one kind nest; a task belongs to the innermost open block of each kind. */
export interface TaskBlock {
  readonly kind: "case" | "resource";
  readonly tasks: Set<Task>;
}

const KINDS = ["case", "resource"] as const;

/** The body of a block, also after its awaits: what is open there. */
interface Body {
  readonly owner: OpenBlocks;
  readonly blocks: TaskBlock[];
  readonly outer: Body | undefined;
}

const bodies = new AsyncLocalStorage<Body>();

/** The blocks of a flow that are open where the running code is: async bodies that overlap do not see each other's. */
export class OpenBlocks {
  readonly #outside: TaskBlock[] = [];
  /** Bodies that run (count). */
  #running = 0;

  get #here(): TaskBlock[] {
    if (this.#running === 0) return this.#outside;
    let body = bodies.getStore();
    while (body !== undefined && body.owner !== this) body = body.outer;
    return body?.blocks ?? this.#outside;
  }

  /** @returns ends it */
  open(block: TaskBlock): () => void {
    const blocks = this.#here;
    blocks.push(block);
    return () => {
      const at = blocks.lastIndexOf(block);
      if (at !== -1) blocks.splice(at, 1);
    };
  }

  /** Runs a block's body, which may be async. @param end called when the body is done, whatever became of it */
  run<T>(block: TaskBlock, body: () => T, end: () => void): T {
    this.#running++;
    const done = () => { this.#running--; end(); };
    let result: T;
    try {
      result = runWithin(bodies, { owner: this, blocks: [...this.#here, block], outer: bodies.getStore() }, body);
    } catch (error) {
      done();
      throw error;
    }
    if (typeof (result as { then?: unknown } | null | undefined)?.then !== "function") {
      done();
      return result;
    }
    return Promise.resolve(result).finally(done) as T;
  }

  /** A task was added. */
  added(task: Task): void {
    const blocks = this.#here;
    if (blocks.length === 0) return;
    for (const kind of KINDS) blocks.findLast((block) => block.kind === kind)?.tasks.add(task);
  }
}
