/** Operations on projects. */
import type { Core } from "./core.ts";
import { deleteFlowGroups } from "./deletion.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { pageOf, readCursor } from "./page-cursor.ts";
import { SELECT_PROJECTS, makeProject, projectOf, type ProjectRow } from "./project-row.ts";

export function projectMethods(core: Core): Pick<OrchestrationMethods, "listProjects" | "getProject" | "createProject" | "deleteProject"> {
  type Row = ProjectRow & { flow_count: number };
  const getProject: OrchestrationMethods["getProject"] = async ({ projectId }) => {
    const [row] = await core.database.query<Row>(`${SELECT_PROJECTS} where p.id = ?`, [projectId]);
    if (row === undefined) throw noProject(projectId);
    return projectOf(row);
  };
  return {
    getProject,
    async listProjects({ limit, after }) {
      const cursor = after === undefined ? undefined : readCursor(after, "string", "string");
      const rows = await core.database.query<Row>(`${SELECT_PROJECTS} ${cursor === undefined ? "" : "where (p.search_name, p.id) > (?, ?)"} order by p.search_name, p.id limit ?`, [...cursor ?? [], limit + 1]);
      return pageOf(rows, limit, projectOf, (row) => [row.search_name, row.id]);
    },
    async createProject({ name, description, skipIfExists }) {
      const { row } = await core.change(async (change) => {
        const project = await makeProject(change, name, description);
        if (!project.made && !skipIfExists) throw new OrchestrationError("CONFLICT", `There is a project ${JSON.stringify(name)} already.`);
        if (project.made) change.tell({ type: "project", projectId: project.row.id });
        return project;
      });
      return getProject({ projectId: row.id });
    },
    async deleteProject({ projectId }) {
      await getProject({ projectId });
      await deleteFlowGroups(core, "project_id", projectId, async (change) => {
        await change.execute("delete from projects where id = ?", [projectId]);
        change.tell({ type: "project", projectId });
      });
      return { done: true };
    },
  };
}

function noProject(id: string): OrchestrationError {
  return new OrchestrationError("NOT_FOUND", `There is no project ${id}.`);
}
