import type { Migration } from "../migration.ts";

export const tables: Migration = {
  version: 1,
  title: "The tables",
  up: `
    create table projects (id text primary key, name text not null unique, search_name text not null, description text, created_at bigint not null);
    create table flow_groups (
      id text primary key, project_id text not null, name text not null, search_name text not null, description text, labels text, run_config text, schedule text,
      default_parameters text not null, heartbeat_enabled bigint not null, lazarus_enabled bigint not null, version_locking_enabled bigint not null, created_at bigint not null,
      unique (project_id, name)
    );
    create table flows (
      id text primary key, flow_group_id text not null, project_id text not null, version bigint not null, archived bigint not null, created_at bigint not null, description text,
      labels text not null, parameters text not null, task_count bigint not null, schedule text, is_schedule_active bigint not null, run_config text,
      bundle_id text not null, core_version text not null, packages text not null, source text, idempotency_key text not null,
      unique (flow_group_id, version)
    );
    create index flows_by_project on flows (project_id);
    create index flows_by_bundle on flows (bundle_id);
    create table flow_pictures (flow_id text primary key, tasks text not null, graph text not null);
    create table bundles (id text primary key, code text not null, source_map text, external text not null, created_at bigint not null);
    create table label_sets (labels text primary key);
    create table flow_runs (
      id text primary key, flow_id text not null, flow_group_id text not null, project_id text not null, name text not null, search_name text not null,
      state text not null, state_message text, state_at bigint not null, state_data text not null, version bigint not null,
      created_at bigint not null, scheduled_start_time bigint not null, start_time bigint, end_time bigint, heartbeat bigint,
      labels text not null, auto_scheduled bigint not null, times_resurrected bigint not null, idempotency_key text,
      agent_id text, process_id text, queue_at bigint, task_counts text not null, task_total bigint not null, log_count bigint not null,
      unique (flow_id, idempotency_key)
    );
    create index flow_runs_in_queue on flow_runs (labels, queue_at, state, id) where queue_at is not null;
    create index flow_runs_by_agent_state on flow_runs (agent_id, state);
    create table flow_run_inputs (flow_run_id text primary key, parameters text not null, context text not null, run_config text);
    create table flow_run_states (
      flow_run_id text not null, version bigint not null, at bigint not null, type text not null, message text, primary key (flow_run_id, version)
    ) without rowid;
    create table processes (id text primary key, flow_run_id text not null, agent_id text, began_at bigint not null, acknowledged bigint not null);
    create index processes_by_run on processes (flow_run_id);
    create table task_runs (
      id text primary key, flow_run_id text not null, slug text not null, map_index bigint not null, task_name text not null, name text not null, search_name text not null,
      state text not null, state_message text, state_at bigint not null, state_data text, version bigint not null, start_time bigint, end_time bigint,
      run_count bigint not null, reason text, result_preview text, children text, map_size bigint not null,
      unique (flow_run_id, slug, map_index)
    );
    create index task_runs_in_order on task_runs (flow_run_id, id) where map_index = -1;
    create table task_run_states (
      task_run_id text not null, version bigint not null, at bigint not null, type text not null, message text, primary key (task_run_id, version)
    ) without rowid;
    create table logs (
      flow_run_id text not null, id bigint not null, task_run_id text, at bigint not null, level bigint not null, logger text not null, message text not null,
      primary key (flow_run_id, id)
    ) without rowid;
    create table agents (
      id text primary key, name text not null, search_name text not null, type text not null, labels text not null, hostname text not null, core_version text not null,
      created_at bigint not null, last_queried bigint not null, run_limit bigint
    );`,
  down: `
    drop table agents; drop table logs; drop table task_run_states; drop table task_runs; drop table processes; drop table flow_run_states; drop table flow_run_inputs;
    drop table flow_runs; drop table label_sets; drop table bundles; drop table flow_pictures; drop table flows; drop table flow_groups; drop table projects;`,
};
