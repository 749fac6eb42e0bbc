/** A block of a flow's construction: the tasks that are added while it is open belong to it (`case`, `resource`). */
import type { Task } from "../task/task.ts";

/** Blocks of one kind nest; a task belongs to the innermost open block of each kind. */
export interface TaskBlock {
  readonly kind: "case" | "resource";
  readonly tasks: Set<Task>;
}
