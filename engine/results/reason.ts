/** Why reading or writing failed, as a part of a longer message. */
import { FlowletError } from "../errors.ts";

/** What went wrong, without what to do about it: that is said once, at the end. */
export function reason(error: unknown): string {
  if (error instanceof FlowletError) return error.message.slice(0, -error.help.length - 2);
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : error.message;
}
