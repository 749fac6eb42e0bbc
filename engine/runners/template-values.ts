/** What the templates of a task run may name: its inputs (not those that are secrets), entries of its context, parameters of the flow; in this order of preference. */
import type { TemplateValues } from "../results/template.ts";
import type { TaskRun } from "./task-run.ts";

/** In place of a secret: templates make names and places, which are shown. */
const HIDDEN = "***";

/** Values are looked up when they are asked for: some of the context's are made only then. */
export function templateValues(run: TaskRun): TemplateValues {
  const { node, flowRun: { parameters } } = run;
  let { inputs } = run;
  for (const { key, upstreamTask } of node.upstream) if (key !== null && upstreamTask.hidesResult) inputs = { ...inputs, [key]: HIDDEN };
  const context = run.context as TemplateValues;
  const find = (key: string | symbol): unknown => {
    if (typeof key === "symbol" || key === "secrets") return undefined;
    if (Object.hasOwn(inputs, key)) return inputs[key];
    const entry = key in Object.prototype ? undefined : context[key];
    return entry === undefined && Object.hasOwn(parameters, key) ? parameters[key] : entry;
  };
  const has = (key: string | symbol) => typeof key === "string" && (Object.hasOwn(inputs, key) || Object.hasOwn(parameters, key) || find(key) !== undefined);
  const names = () => {
    const found = new Set([...Object.keys(inputs), ...Object.keys(parameters)]);
    for (const key in context) if (has(key)) found.add(key);
    return [...found];
  };
  return new Proxy(Object.create(null) as Record<string, unknown>, {
    get: (_, key) => find(key),
    has: (_, key) => has(key),
    ownKeys: names,
    getOwnPropertyDescriptor: (_, key) => (has(key) ? { value: find(key), enumerable: true, configurable: true, writable: false } : undefined),
  });
}
