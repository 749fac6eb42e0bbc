import type { Migration } from "../migration.ts";

/** The dashboard counts the runs of a span of time without looking at their rows. */
export const overview: Migration = {
  version: 3,
  title: "Indexes of the dashboard and the services",
  up: `
    create index flow_runs_by_start on flow_runs (start_time, state, project_id) where start_time is not null;
    create index flow_runs_by_start_in_project on flow_runs (project_id, start_time, state) where start_time is not null;
    create index flow_runs_waiting on flow_runs (queue_at, id, project_id) where queue_at is not null;`,
  down: "drop index flow_runs_by_start; drop index flow_runs_by_start_in_project; drop index flow_runs_waiting;",
};
