import type { Migration } from "../migration.ts";

/** Each list is a walk along one of these; a filter by state is one walk for each state. */
export const pages: Migration = {
  version: 2,
  title: "Indexes of the pages of flow runs",
  up: `
    create index flow_runs_by_time on flow_runs (scheduled_start_time, id, search_name);
    create index flow_runs_by_state on flow_runs (state, scheduled_start_time, id, search_name);
    create index flow_runs_by_flow on flow_runs (flow_id, scheduled_start_time, id, search_name);
    create index flow_runs_by_group on flow_runs (flow_group_id, scheduled_start_time, id, search_name);
    create index flow_runs_by_group_state on flow_runs (flow_group_id, state, scheduled_start_time, id);
    create index flow_runs_by_project on flow_runs (project_id, scheduled_start_time, id, search_name);
    create index flow_runs_by_project_state on flow_runs (project_id, state, scheduled_start_time, id);
    create index flow_runs_by_agent on flow_runs (agent_id, scheduled_start_time, id);`,
  down: `
    drop index flow_runs_by_time; drop index flow_runs_by_state; drop index flow_runs_by_flow; drop index flow_runs_by_group; drop index flow_runs_by_group_state;
    drop index flow_runs_by_project; drop index flow_runs_by_project_state; drop index flow_runs_by_agent;`,
};
