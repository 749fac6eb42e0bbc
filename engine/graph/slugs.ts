/** Slugs: `name-tag-n`, n from 1 for each prefix, in the order of construction (prefect.core.flow, Flow._generate_task_slug). */
import type { Task } from "../task/task.ts";

/** Gives out the slugs of one flow. */
export class Slugs {
  readonly #next = new Map<string, number>();
  readonly #taken = new Set<string>();

  has(slug: string): boolean { return this.#taken.has(slug); }

  /** The next free slug for a task; taken from now on. */
  generate(task: Task): string {
    const prefix = task.tags.size === 0 ? task.name : [task.name, ...[...task.tags].sort()].join("-");
    for (let n = this.#next.get(prefix) ?? 1; ; n++) {
      const slug = `${prefix}-${n}`;
      if (this.#taken.has(slug)) continue;
      this.#taken.add(slug);
      this.#next.set(prefix, n + 1);
      return slug;
    }
  }

  /** Takes a slug that the user chose. */
  take(slug: string): void { this.#taken.add(slug); }

  /** Gives these back: a task that is added again gets its former slug. */
  release(slugs: Iterable<string>): void {
    for (const slug of slugs) {
      this.#taken.delete(slug);
      const dash = slug.lastIndexOf("-");
      const prefix = slug.slice(0, dash);
      const n = Number(slug.slice(dash + 1));
      if (n < (this.#next.get(prefix) ?? 0)) this.#next.set(prefix, n);
    }
  }
}
