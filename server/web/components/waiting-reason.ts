/** Why a run waits although its time has come. */
import { labelsMatch } from "../../../protocol/label-rule.ts";
import type { Agent } from "../live/api.ts";
import { shellWord } from "./shell-word.ts";

/** A sentence, and what to type where something has to be started. */
export interface WaitingReason {
  readonly text: string;
  readonly command?: string;
}

/** @param labels of the run @param agents all that the server knows */
export function waitingReason(labels: readonly string[], agents: readonly Agent[]): WaitingReason {
  const command = ["flowlet agent local start", ...(labels.length === 0 ? ["--no-hostname-label"] : labels.map((label) => `--label ${shellWord(label)}`))].join(" ");
  const healthy = agents.filter((agent) => agent.healthy);
  if (healthy.length === 0) return { text: agents.length === 0 ? "No agent is running." : "No agent is running: none was heard of within a minute.", command: "flowlet agent local start" };
  const able = healthy.filter((agent) => labelsMatch(agent.labels, labels));
  const free = able.find(({ limit, runningCount }) => limit === null || runningCount < limit);
  if (free !== undefined) return { text: `Agent ${free.name} takes it next.` };
  if (able.length > 0) return { text: `Every agent that may take it has as many runs going as it is allowed to: ${able.map(({ name, limit }) => `${name} ${limit}`).join(", ")}.` };
  const silent = agents.find((agent) => labelsMatch(agent.labels, labels));
  if (silent !== undefined) return { text: `Only agent ${silent.name} may take it, and it was not heard of within a minute.`, command };
  if (labels.length === 0) return { text: "The run has no labels, and every agent has some: only an agent without labels takes it.", command };
  const missing = (agent: Agent) => labels.filter((label) => !agent.labels.includes(label));
  const closest = healthy.toSorted((a, b) => missing(a).length - missing(b).length)[0];
  return { text: `No agent has ${labels.length === 1 ? "the label" : "all of the labels"} ${labels.join(", ")}.${closest === undefined || missing(closest).length === labels.length ? "" : ` Agent ${closest.name} lacks ${missing(closest).join(", ")}.`}`, command };
}
