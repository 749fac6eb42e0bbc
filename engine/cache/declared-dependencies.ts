/** Files and environment variables that a task names in its option `cache`: they are part of its key. */
import type { CacheOptions } from "../task/task-options.ts";
import { environmentContent, type Surroundings } from "./surroundings.ts";

/** Content of each, by what reasons call it; or, in words, why one can not be judged. */
export function declaredDependencies({ files = [], env = [] }: CacheOptions, now: Surroundings): ReadonlyMap<string, string> | string {
  const declared = new Map<string, string>();
  for (const pattern of files) {
    try {
      for (const [name, content] of now.named(pattern)) declared.set(`file ${name}`, content);
    } catch (error) {
      return `file ${pattern} can not be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
    }
  }
  for (const name of env) declared.set(`environment variable ${name}`, environmentContent(name));
  return declared;
}
