/** Things outside the process that a kept result was made from. */

/** One thing, as it was when the task ran. */
export type Dependency =
  /** A file or folder: `stat` tells fast that it is the same, else `content` decides. */
  | { readonly kind: "file"; readonly path: string; readonly stat: string; readonly content: string; readonly written?: boolean }
  /** An environment variable; its value is only kept as a hash. */
  | { readonly kind: "env"; readonly name: string; readonly content: string };
