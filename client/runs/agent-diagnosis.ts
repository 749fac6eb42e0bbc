/** Why no agent takes a run, in words (prefect.backend.flow_run.check_for_compatible_agents). */
import { labelsMatch } from "../../protocol/label-rule.ts";
import type { Agent } from "../api-types.ts";

/** One or two sentences: what is there, and what to do. @param now for how long ago an agent was heard of */
export function agentDiagnosis(agents: readonly Agent[], labels: readonly string[], now = new Date()): string {
  const wanted = labels.length === 0 ? "no labels" : `the labels ${labels.map((label) => JSON.stringify(label)).join(", ")}`;
  const start = `flowlet agent local start${labels.map((label) => ` --label ${JSON.stringify(label)}`).join("")}${labels.length === 0 ? " --no-hostname-label" : ""}`;
  const matching = agents.filter((agent) => labelsMatch(agent.labels, labels));
  const healthy = matching.filter((agent) => agent.healthy);
  const [first] = healthy;
  if (first !== undefined) {
    if (healthy.length > 1) return `Found ${healthy.length} healthy agents with matching labels. One of them should take the run.`;
    const full = first.limit !== null && first.runningCount >= first.limit ? ` It has ${first.runningCount} runs going, as many as it may: the run waits for one of them.` : " It should take the run.";
    return `Agent ${JSON.stringify(first.name)} has matching labels and was heard of ${ago(first.lastQueried, now)}.${full}`;
  }
  const [last] = matching.toSorted((a, b) => (a.lastQueried < b.lastQueried ? 1 : -1));
  if (last !== undefined) return `Agent ${JSON.stringify(last.name)} has matching labels, but was last heard of ${ago(last.lastQueried, now)}. Start it again: ${start}`;
  const alive = agents.filter((agent) => agent.healthy);
  if (alive.length === 0) return `There is no agent that runs. Start one: ${start}`;
  const theirs = alive.slice(0, 5).map((agent) => `${JSON.stringify(agent.name)} has ${agent.labels.length === 0 ? "none" : agent.labels.map((label) => JSON.stringify(label)).join(", ")}`).join("; ");
  return `No agent may take the run: it is for agents with ${wanted}, and ${theirs}. Start one, ${start}, or change the labels of the flow.`;
}

function ago(instant: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(instant)) / 1000));
  if (seconds < 120) return `${seconds} ${seconds === 1 ? "second" : "seconds"} ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes ago` : `${Math.round(seconds / 3600)} hours ago`;
}
