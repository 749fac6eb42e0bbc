/** Operations on flows, their versions and their groups; registering is registration.ts. */
import type { Bundle, FlowDetails, FlowTask } from "../api/schemas/flow.ts";
import type { Core } from "./core.ts";
import { deleteFlowGroups, deleteFlowVersion } from "./deletion.ts";
import { SELECT_FLOWS, SELECT_NEWEST_FLOWS, flowOf, noFlowGroup, shownFlow, shownFlowGroup, type FlowGroupRow, type ShownFlowRow } from "./flow-row.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { pageOf, readCursor } from "./page-cursor.ts";
import { checkParameterNames } from "./parameter-names.ts";
import { archiveVersion } from "./registration.ts";
import { containing, storable, storableOrNull } from "./sql-text.ts";

type Methods = Pick<OrchestrationMethods, "listFlows" | "getFlow" | "archiveFlow" | "unarchiveFlow" | "deleteFlow" | "getBundle" | "getFlowGroup" | "updateFlowGroup" | "deleteFlowGroup">;

export function flowMethods(core: Core): Methods {
  const { database } = core;
  const setArchived = async (flowId: string, archived: boolean) => {
    const row = await shownFlow(database, flowId);
    if ((row.archived === 1) !== archived) {
      await core.change(async (change) => {
        if (archived) await archiveVersion(change, row.id);
        else await change.execute("update flows set archived = 0 where id = ?", [row.id]);
        change.tell({ type: "flow", flowId: row.id, flowGroupId: row.flow_group_id, projectId: row.project_id });
      });
    }
    return flowOf(await shownFlow(database, row.id));
  };
  return {
    async listFlows({ limit, after, projectId, flowGroupId, name, project }) {
      const versions = flowGroupId !== undefined;
      const wheres = versions ? ["f.flow_group_id = ?"] : ["1 = 1"];
      const values: (string | number)[] = versions ? [flowGroupId] : [];
      const add = (where: string, ...more: (string | number)[]) => { wheres.push(where); values.push(...more); };
      if (projectId !== undefined) add("g.project_id = ?", projectId);
      if (project !== undefined) add("p.name = ?", storable(project));
      if (name !== undefined) add("g.search_name like ? escape '\\'", containing(name));
      if (after !== undefined && versions) add("f.version < ?", ...readCursor(after, "number"));
      if (after !== undefined && !versions) add("(g.search_name, f.id) > (?, ?)", ...readCursor(after, "string", "string"));
      const rows = await database.query<ShownFlowRow>(`${versions ? SELECT_FLOWS : SELECT_NEWEST_FLOWS} where ${wheres.join(" and ")} order by ${versions ? "f.version desc" : "g.search_name, f.id"} limit ?`, [...values, limit + 1]);
      return pageOf(rows, limit, flowOf, (row) => versions ? [row.version] : [row.search_name, row.id]);
    },
    async getFlow({ flowId }) {
      const row = await shownFlow(database, flowId);
      const [picture] = await database.query<{ tasks: string; graph: string }>("select tasks, graph from flow_pictures where flow_id = ?", [row.id]);
      return { ...flowOf(row), tasks: JSON.parse(picture?.tasks ?? "[]") as FlowTask[], graph: JSON.parse(picture?.graph ?? "{}") as FlowDetails["graph"] };
    },
    archiveFlow: ({ flowId }) => setArchived(flowId, true),
    unarchiveFlow: ({ flowId }) => setArchived(flowId, false),
    async deleteFlow({ flowId }) {
      const [row] = await database.query<{ id: string }>("select id from flows where id = ?", [flowId]);
      if (row === undefined) throw new OrchestrationError("NOT_FOUND", `There is no version of a flow with the id ${flowId}.`);
      await deleteFlowVersion(core, flowId);
      return { done: true };
    },
    async getBundle({ bundleId }) {
      const [row] = await database.query<{ code: string; source_map: string | null; external: string }>("select code, source_map, external from bundles where id = ?", [bundleId]);
      if (row === undefined) throw new OrchestrationError("NOT_FOUND", `There is no stored code ${bundleId}.`);
      return { format: 1, code: row.code, sourceMap: row.source_map, external: JSON.parse(row.external) as Bundle["external"] };
    },
    getFlowGroup: ({ flowGroupId }) => shownFlowGroup(database, flowGroupId),
    async updateFlowGroup({ flowGroupId, description, labels, runConfig, defaultParameters, settings = {} }) {
      await core.change(async (change) => {
        const [group] = await change.lock<FlowGroupRow>("select * from flow_groups where id = ?", [flowGroupId]);
        if (group === undefined) throw noFlowGroup(flowGroupId);
        const [latest] = await change.query<{ id: string; parameters: string }>("select id, parameters from flows where flow_group_id = ? order by archived, version desc limit 1", [flowGroupId]);
        if (defaultParameters !== undefined) checkParameterNames(group.name, Object.keys(defaultParameters), latest?.parameters ?? "[]");
        const json = (value: unknown) => value === null ? null : JSON.stringify(value);
        const changes: [column: string, value: string | number | null | undefined][] = [
          ["description", description === undefined ? undefined : storableOrNull(description)],
          ["labels", labels === undefined ? undefined : json(labels)], ["run_config", runConfig === undefined ? undefined : json(runConfig)],
          ["default_parameters", defaultParameters === undefined ? undefined : json(defaultParameters)],
          ["heartbeat_enabled", flag(settings.heartbeatEnabled)], ["lazarus_enabled", flag(settings.lazarusEnabled)], ["version_locking_enabled", flag(settings.versionLockingEnabled)],
        ];
        for (const [column, value] of changes) if (value !== undefined) await change.execute(`update flow_groups set ${column} = ? where id = ?`, [value, flowGroupId]);
        if (latest !== undefined) change.tell({ type: "flow", flowId: latest.id, flowGroupId, projectId: group.project_id });
      });
      return shownFlowGroup(database, flowGroupId);
    },
    async deleteFlowGroup({ flowGroupId }) {
      await shownFlowGroup(database, flowGroupId);
      await deleteFlowGroups(core, "id", flowGroupId);
      return { done: true };
    },
  };
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : value ? 1 : 0;
}
