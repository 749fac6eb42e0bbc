/** Which runs an agent may take, by labels (prefect_server get_runs_in_queue). Server, clients and pages have the same rule. */

/** A run's labels are a subset of the agent's; a run without labels is for agents without labels. */
export function labelsMatch(agent: readonly string[], run: readonly string[]): boolean {
  if (run.length === 0) return agent.length === 0;
  return run.every((label) => agent.includes(label));
}
