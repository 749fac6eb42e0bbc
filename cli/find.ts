/** Finding what a user names: by its id, or by its name where only one has it. */
import type { FlowletClient } from "../client/index.ts";
import type { Flow, FlowRun, Project } from "../client/index.ts";

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isId = (text: string): boolean => ID.test(text);

/** @throws Error where there is none of that name */
export async function findProject(client: FlowletClient, given: string): Promise<Project> {
  if (isId(given)) return await client.getProject({ projectId: given });
  const known: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await client.listProjects({ limit: 200, after });
    const found = page.items.find(({ name }) => name === given);
    if (found !== undefined) return found;
    known.push(...page.items.map(({ name }) => name));
    if (page.next === null) break;
    after = page.next;
  }
  throw new Error(`There is no project ${given}. ${known.length === 0 ? "There is none yet: flowlet create project makes one." : `There are: ${known.slice(0, 20).join(", ")}.`}`);
}

/**
 * The newest version of a flow, or the version that an id names.
 * @param project name of its project, where several flows have that name
 * @throws Error where there is none, or several
 */
export async function findFlow(client: FlowletClient, given: string, project?: string): Promise<Flow> {
  if (isId(given)) return await client.getFlow({ flowId: given });
  const { items } = await client.listFlows({ name: given, project, limit: 200 });
  const found = items.filter(({ name }) => name === given);
  if (found.length === 1) return found[0] as Flow;
  if (found.length > 1) throw new Error(`${found.length} flows are called ${given}. Say which with --project: ${found.map(({ projectName }) => projectName).join(", ")}.`);
  const close = items.slice(0, 10).map(({ name }) => name);
  throw new Error(`There is no flow ${given}${project === undefined ? "" : ` in project ${project}`}. ${close.length > 0 ? `Did you mean ${close.join(" or ")}?` : "flowlet get flows lists what is registered."}`);
}

/** The newest run of that name, or the one that an id names. @throws Error where there is none */
export async function findFlowRun(client: FlowletClient, given: string): Promise<FlowRun> {
  if (isId(given)) return await client.getFlowRun({ flowRunId: given });
  const { items } = await client.listFlowRuns({ name: given, limit: 200 });
  const found = items.find(({ name }) => name === given);
  if (found === undefined) throw new Error(`There is no flow run ${given}. flowlet get flow-runs lists the newest.`);
  return found;
}
