/** Why the process of a run has ended, in words. */
import { constants } from "node:os";
import type { ProcessEnd } from "./run-process.ts";

/** Prefect's line; null where there is nothing to tell. A signal counts as its negative number, as in Python. */
export function exitLine(pid: number | undefined, { code, signal }: ProcessEnd): string | null {
  const number = code ?? (signal === null ? 0 : -constants.signals[signal]);
  return number === 0 ? null : `Process PID ${pid ?? "?"} returned non-zero exit code ${number}!`;
}

/** For the state of a run whose process ended before it. @param lastWords the end of its error output */
export function whyProcessEnded(pid: number | undefined, { code, signal, error }: ProcessEnd, lastWords: string): string {
  const who = `The process of the flow run (PID ${pid ?? "?"})`;
  if (error !== undefined) return `The process of the flow run could not be started: ${error.message}`;
  const memory = /JavaScript heap out of memory/.test(lastWords);
  const how = memory ? "ran out of memory (JavaScript heap out of memory)" : signal !== null ? `was ended by the signal ${signal}` : code === null ? "has ended" : `ended with exit code ${code}`;
  const hint = signal === "SIGKILL" && !memory ? " Somebody has killed it, or the machine had no memory left." : "";
  const said = lastWords === "" || memory ? "" : `\nIts last words:\n${lastWords}`;
  return `${who} ${how} before the run had ended.${hint}${said}`;
}
