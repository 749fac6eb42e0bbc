/** `flowlet get …`: lists of what is on the server. */
import { Command } from "commander";
import type { FlowletClient } from "../client/index.ts";
import { connect } from "./connection.ts";
import { findFlow, findFlowRun, findProject } from "./find.ts";
import { count, print, printJson } from "./printing.ts";
import { formatAge, formatTime, wholeNumber } from "./quantities.ts";
import { table, type Column } from "./table.ts";

interface ListOptions {
  readonly limit: number;
  readonly json?: boolean;
}
interface FlowFilter extends ListOptions {
  readonly name?: string;
  readonly project?: string;
}
interface RunFilter extends ListOptions {
  readonly flow?: string;
  readonly project?: string;
  readonly state?: string;
}

/** Largest page that the server gives. */
const LARGEST_PAGE = 200;

export function getCommand(): Command {
  const get = new Command("get")
    .description("List what is on the server.")
    .addHelpText("after", "\nExamples:\n  flowlet get flows\n  flowlet get flow-runs --flow etl --state Failed\n  flowlet get logs enlightened-otter --level WARNING\n  flowlet get flows --json | jq -r '.[].name'");
  get.addCommand(listed(new Command("flows"), "Flows, each in its newest version.").option("-n, --name <text>", "part of the name").option("-p, --project <name>", "only of this project").action(flows));
  get.addCommand(listed(new Command("projects"), "Projects.").action(projects));
  get.addCommand(listed(new Command("flow-runs"), "Runs, newest first.").option("-f, --flow <name>", "only of this flow").option("-p, --project <name>", "only of this project").option("-s, --state <names>", "only in these states, e.g. Failed,Running").action(flowRuns));
  get.addCommand(listed(new Command("tasks"), "Tasks of a flow.").requiredOption("-f, --flow <name>", "of this flow").option("-p, --project <name>", "of this project").action(tasks));
  get.addCommand(listed(new Command("agents"), "Agents.").action(agents));
  get.addCommand(new Command("logs")
    .description("Log records of a run, oldest first.").argument("<flow-run>", "name or id")
    .option("--level <level>", "this level and those above it").option("--search <text>", "only records that contain it").option("--info", "what is known of the run, above its records").option("--json", "print JSON")
    .action(logs));
  return get;
}

const listed = (command: Command, says: string): Command => command.description(says).option("-l, --limit <count>", "at most so many", wholeNumber, 10).option("--json", "print JSON");

/** Reads pages until there are enough. */
async function some<T>(limit: number, page: (limit: number, after: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; all.length < limit;) {
    const { items, next } = await page(Math.min(limit - all.length, LARGEST_PAGE), after);
    all.push(...items);
    if (next === null) break;
    after = next;
  }
  return all;
}

/** @param empty what to say, and what to do, where there is nothing */
function show<T>(items: readonly T[], { json }: { readonly json?: boolean }, columns: readonly (string | Column)[], row: (item: T) => readonly string[], empty: string): void {
  if (json === true) printJson(items);
  else print(items.length === 0 ? empty : table(columns.map((column) => (typeof column === "string" ? { title: column } : column)), items.map(row)));
}

const age = (at: string): string => formatAge(Date.now() - Date.parse(at));
const right = (title: string): Column => ({ title, right: true });

async function flows({ limit, name, project, json }: FlowFilter): Promise<void> {
  const client = await connect();
  const items = await some(limit, (size, after) => client.listFlows({ limit: size, after, name, project }));
  show(items, { json }, ["NAME", right("VERSION"), right("AGE"), "ID", "PROJECT NAME"], (flow) => [flow.name, String(flow.version), age(flow.createdAt), flow.id, flow.projectName], "No flows. flowlet register --project NAME FILE registers those of a file.");
}

async function projects({ limit, json }: ListOptions): Promise<void> {
  const client = await connect();
  const items = await some(limit, (size, after) => client.listProjects({ limit: size, after }));
  show(items, { json }, ["NAME", right("FLOW COUNT"), right("AGE"), "DESCRIPTION"], (one) => [one.name, String(one.flowCount), age(one.createdAt), one.description ?? ""], "No projects. flowlet create project NAME makes one.");
}

async function flowRuns({ limit, flow, project, state, json }: RunFilter): Promise<void> {
  const client = await connect();
  const filter = {
    flowGroupId: flow === undefined ? undefined : (await findFlow(client, flow, project)).flowGroupId,
    projectId: flow !== undefined || project === undefined ? undefined : (await findProject(client, project)).id,
    states: state,
  };
  const items = await some(limit, (size, after) => client.listFlowRuns({ ...filter, limit: size, after }));
  show(items, { json }, ["NAME", "FLOW NAME", "STATE", right("AGE"), "START TIME", "ID"], (run) => [run.name, run.flowName, run.state, age(run.createdAt), formatTime(Date.parse(run.startTime ?? run.scheduledStartTime)), run.id], "No flow runs. flowlet run NAME makes one.");
}

async function tasks({ limit, flow: given, project, json }: RunFilter): Promise<void> {
  const client = await connect();
  const flow = await client.getFlow({ flowId: (await findFlow(client, given as string, project)).id });
  const items = flow.tasks.slice(0, limit);
  show(items, { json }, ["NAME", "SLUG", "FLOW NAME", right("FLOW VERSION"), "MAPPED", "TYPE"], (task) => [task.name, task.slug, flow.name, String(flow.version), task.mapped ? "yes" : "", task.type], "The flow has no tasks.");
  if (json !== true && flow.tasks.length > items.length) print(`\n${count(flow.tasks.length - items.length, "task")} more: --limit shows them.`);
}

async function agents({ limit, json }: ListOptions): Promise<void> {
  const { items } = await (await connect()).listAgents({});
  show(items.slice(0, limit), { json }, ["NAME", "HEALTH", "LAST SEEN", right("RUNNING"), "LABELS", "ID"], (agent) => [agent.name, agent.healthy ? "healthy" : "silent", `${age(agent.lastQueried)} ago`, String(agent.runningCount), agent.labels.join(", "), agent.id], "No agents. flowlet agent local start starts one.");
}

interface LogOptions {
  readonly level?: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  readonly search?: string;
  readonly info?: boolean;
  readonly json?: boolean;
}

async function logs(given: string, { level, search, info, json }: LogOptions): Promise<void> {
  const client = await connect();
  const run = await findFlowRun(client, given);
  if (info === true && json !== true) print(`${run.name} of ${run.flowName}, version ${run.flowVersion}: ${run.state}${run.stateMessage === null ? "" : ` (${run.stateMessage})`}\n`);
  const items: Awaited<ReturnType<FlowletClient["listLogs"]>>["items"][number][] = [];
  for (let after: number | undefined; ;) {
    const page = await client.listLogs({ flowRunId: run.id, level: level?.toUpperCase() as LogOptions["level"], search, after, limit: 5000 });
    items.push(...page.items);
    if (page.next === null) break;
    after = page.next;
  }
  show(items, { json }, ["TIMESTAMP", "LEVEL", { title: "MESSAGE", whole: true }], (log) => [formatTime(Date.parse(log.at)), log.level, log.message], "No log records.");
}
