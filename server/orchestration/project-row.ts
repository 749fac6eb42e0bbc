/** Projects in the database. */
import type { Project } from "../api/schemas/project.ts";
import type { Reader } from "../database/database.ts";
import type { Change } from "./core.ts";
import { instantOf } from "./flow-run-row.ts";
import { searchText, storable, storableOrNull } from "./sql-text.ts";

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly search_name: string;
  readonly description: string | null;
  readonly created_at: number;
}

/** Begin of a question; `p` is the project. */
export const SELECT_PROJECTS = `
  select p.*, (select count(*) from flow_groups g where g.project_id = p.id and exists (select 1 from flows f where f.flow_group_id = g.id and f.archived = 0)) as flow_count from projects p`;

export function projectOf(row: ProjectRow & { flow_count: number }): Project {
  return { id: row.id, name: row.name, description: row.description, createdAt: instantOf(row.created_at), flowCount: row.flow_count };
}

export async function projectByName(reader: Reader, name: string): Promise<ProjectRow | undefined> {
  return (await reader.query<ProjectRow>("select * from projects where name = ?", [storable(name)]))[0];
}

/** @returns the project of that name, and whether this has made it */
export async function makeProject(change: Change, name: string, description: string | null): Promise<{ row: ProjectRow; made: boolean }> {
  const made = await change.execute("insert into projects (id, name, search_name, description, created_at) values (?, ?, ?, ?, ?) on conflict (name) do nothing",
    [change.newId(), storable(name), searchText(name), storableOrNull(description), change.at]);
  return { row: (await projectByName(change, name))!, made: made > 0 };
}
