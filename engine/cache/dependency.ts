/** Things outside the process that a kept result was made from. */

/**
 * What of a file was looked at: its bytes; the names in a folder, or in all folders below it too; whether it is there; its size and times;
 * where its links lead.
 */
export type FileAspect = "content" | "entries" | "tree" | "existence" | "metadata" | "target";

/** What may change; what it is now is told by Surroundings. */
export type Surrounding =
  /** A file or folder, by absolute path. */
  | { readonly kind: "file"; readonly path: string; readonly aspect: FileAspect }
  /** An environment variable; `*`: all of them. */
  | { readonly kind: "env"; readonly name: string };

/** One thing, as it was when the task ran. */
export type Dependency =
  /** `stat` tells fast that it is the same, else `content` decides; an empty one tells nothing: the file was too young. `written`: the task wrote it. */
  | { readonly kind: "file"; readonly path: string; readonly aspect: FileAspect; readonly stat: string; readonly content: string; readonly written?: boolean }
  /** Its value is only kept as a hash. */
  | { readonly kind: "env"; readonly name: string; readonly content: string };
