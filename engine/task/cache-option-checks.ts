/** What a task's option `cache` must be. */
import { isFunction, type OptionCheck } from "../option-checks.ts";

const texts = (passes: (text: string) => boolean) => (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "" && passes(one));

export const CACHE_OPTIONS = {
  env: ["a list of names of environment variables", texts((name) => !/[=\0]/.test(name))],
  files: ["a list of paths and glob patterns", texts((path) => !path.includes("\0"))],
  for: ["milliseconds, 0 or more", (value) => typeof value === "number" && value >= 0],
  key: ["a text or a function of the inputs", (value) => typeof value === "string" || isFunction(value)],
  version: ["a text", (value) => typeof value === "string"],
} as const satisfies Record<string, OptionCheck>;
