/** Objects of the engine that task functions use, and what their use means for a kept result. */
import fs from "node:fs";
import { types } from "node:util";
import { config } from "../config/config.ts";
import { context } from "../context.ts";
import { Secret } from "../secrets/secret.ts";
import { isTask, type Task } from "../task/task.ts";
import { tracedOriginal } from "../tracing/traced-function.ts";
import type { KnownValue } from "./content.ts";
import type { FreeName } from "./function-text.ts";
import { processFacts, processSource } from "./global-names.ts";
import { taskParts } from "./task-parts.ts";

/** What of the context may be used without a run differing from the last one for it. */
const STEADY_CONTEXT = new Set(["logger", "signal", "taskName", "taskFullName", "taskSlug", "taskTags", "flowName", "mapIndex"]);

/** For the content reader: the context counts by what is read from it, a task by its code, whatever flow it is in. */
export const knownValue: KnownValue = (value, use) => {
  if (value === Secret) return { id: "Secret", unknown: "it reads a secret" };
  if (value === config) return { id: "config", unknown: "it reads the configuration" };
  if (typeof value === "function") return isTask(value) ? taskContent(value) : undefined;
  if (value === process) return processUse(use);
  if (value === process.env) return tracedOriginal(value) === undefined ? undefined : { id: "process.env", outside: "process.env" };
  if (isFiles(value)) return tracedOriginal(fs.readFileSync) === undefined ? undefined : { id: "node:fs", outside: "files" };
  if (value !== context) return undefined;
  if (use === null || use.whole) return { id: "context", unknown: "it hands on the run context" };
  const unsteady = [...use.members].filter((member) => !STEADY_CONTEXT.has(member));
  return unsteady.length === 0 ? { id: "context" } : { id: "context", unknown: `it reads context.${unsteady[0]}` };
};

function taskContent(task: Task): ReturnType<KnownValue> {
  return { id: "task", values: taskParts(task) };
}

function processUse(use: FreeName | null): { readonly id: string; readonly outside?: string } {
  const members = use?.members ?? new Set<string>();
  const outside = processSource(members, use?.whole ?? true);
  return { id: `process${processFacts(members)}`, ...(outside === null ? {} : { outside }) };
}

function isFiles(value: object): boolean {
  return value === fs || value === fs.promises || (types.isModuleNamespaceObject(value) && [fs, fs.promises].includes((value as { readonly default?: unknown }).default as never));
}
