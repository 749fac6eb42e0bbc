/** Finding things by a part of their name. */
import type { FlowTask } from "../api/schemas/flow.ts";
import type { SearchHit } from "../api/schemas/overview.ts";
import type { Core } from "./core.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { containing, containingAscii, searchText } from "./sql-text.ts";

type Hit = SearchHit & { readonly words: string };

/** Letters whose case databases do not know: any one may stand there, and it is looked at again here. */
const NOT_ASCII = /[^\0-\x7f]/gu;

/** Flows whose tasks are looked through (count). */
const FLOWS = 200;

export function searchMethods(core: Core): Pick<OrchestrationMethods, "search"> {
  const { database } = core;
  return {
    async search({ text, limit }) {
      const like = containing(text.trim());
      const hit = (kind: SearchHit["kind"], { id, name, context, slug = null }: { readonly id: string; readonly name: string; readonly context: string; readonly slug?: string | null }): Hit => ({ kind, id, name, context, slug, words: searchText(name) });
      const rows = (sql: string): Promise<{ id: string; name: string; context: string }[]> => database.query(`${sql} limit ?`, [like, limit]);
      const hits = [
        ...(await rows("select id, name, coalesce(description, '') as context from projects where search_name like ? escape '\\' order by search_name")).map((row) => hit("project", row)),
        ...(await rows("select g.id, g.name, p.name as context from flow_groups g join projects p on p.id = g.project_id where g.search_name like ? escape '\\' order by g.search_name")).map((row) => hit("flow", row)),
        ...(await rows("select r.id, r.name, g.name as context from flow_runs r join flow_groups g on g.id = r.flow_group_id where r.search_name like ? escape '\\' order by r.scheduled_start_time desc")).map((row) => hit("flowRun", row)),
        ...(await tasks(text.trim(), limit)).map((row) => hit("task", row)),
        ...(await rows("select id, name, hostname as context from agents where search_name like ? escape '\\' order by search_name")).map((row) => hit("agent", row)),
      ];
      const wanted = searchText(text.trim());
      const rank = ({ words }: Hit): number => (words === wanted ? 0 : words.startsWith(wanted) ? 1 : 2);
      // A stable sort: of those that are equally close the order is that of the kinds.
      return { items: hits.sort((one, other) => rank(one) - rank(other)).slice(0, limit).map(({ words: _, ...one }) => one) };
    },
  };

  /** Tasks of the flows' newest versions. */
  async function tasks(text: string, limit: number): Promise<{ id: string; name: string; context: string; slug: string }[]> {
    const flows = await database.query<{ id: string; name: string; tasks: string }>(
      `select f.id, g.name, p.tasks from flows f join flow_groups g on g.id = f.flow_group_id join flow_pictures p on p.flow_id = f.id
       where f.archived = 0 and lower(p.tasks) like ? escape '\\' order by g.search_name limit ${FLOWS}`, [containingAscii(JSON.stringify(text).slice(1, -1)).replaceAll(NOT_ASCII, "_")]);
    const wanted = searchText(text), found: { id: string; name: string; context: string; slug: string }[] = [];
    for (const flow of flows) {
      for (const { slug, name } of JSON.parse(flow.tasks) as FlowTask[]) {
        if (searchText(name).includes(wanted)) found.push({ id: flow.id, name, context: flow.name, slug });
        if (found.length === limit) return found;
      }
    }
    return found;
  }
}
