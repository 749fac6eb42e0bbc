/** Opens the state database and everything that works with it. */
import { DatabaseProblem } from "../database/database-problem.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import { agentMethods } from "./agents.ts";
import { makeCore } from "./core.ts";
import { createFlowRunMethods } from "./create-flow-run.ts";
import { EventHub } from "./event-hub.ts";
import { flowRunActions } from "./flow-run-actions.ts";
import { flowRunMethods } from "./flow-runs.ts";
import { flowMethods } from "./flows.ts";
import { logMethods } from "./logs.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { Orchestration, OrchestrationMethods } from "./orchestration.ts";
import { overviewMethods } from "./overview.ts";
import { startServices } from "../services/start-services.ts";
import { projectMethods } from "./projects.ts";
import { queueMethods } from "./queue.ts";
import { registrationMethods } from "./registration.ts";
import { reportMethods } from "./reports.ts";
import { searchMethods } from "./search.ts";
import { scheduleMethods } from "./schedule-operations.ts";
import { statusMethods } from "./server-status.ts";
import { taskRunMethods } from "./task-runs.ts";

export interface OrchestrationOptions {
  /** Path of an SQLite file, which is made where there is none, or `postgres://user:password@host:port/name`. */
  readonly database: string;
  /** The clock (milliseconds since 1970). Default: that of the system. */
  readonly now?: () => number;
  /** Whether requests need a token; for `getStatus`. Default false. */
  readonly authenticated?: boolean;
  /** Let the services go on by themselves: scheduler, zombie killer, lazarus. Told of a pass that failed. Default: they do not. */
  readonly onServiceError?: (service: string, error: unknown) => void;
}

/** How many events one start of a server may tell (count). */
const EVENT_IDS = 2 ** 32;

/** @throws DatabaseProblem */
export async function openOrchestration({ database: address, ...options }: OrchestrationOptions): Promise<Orchestration> {
  const database = await openDatabase(address);
  try {
    return await orchestrate(database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** @param database open, with today's tables; closed together with the orchestration */
export async function orchestrate(database: Database, { now = Date.now, authenticated = false, onServiceError }: Omit<OrchestrationOptions, "database"> = {}): Promise<Orchestration> {
  const events = new EventHub(await reserveEventIds(database));
  const stopListening = database.listen((text) => events.hear(text));
  const core = makeCore(database, now);
  const methods: OrchestrationMethods = {
    ...projectMethods(core), ...flowMethods(core), ...registrationMethods(core), ...createFlowRunMethods(core), ...flowRunMethods(core), ...flowRunActions(core), ...queueMethods(core),
    ...reportMethods(core), ...taskRunMethods(core), ...logMethods(core), ...agentMethods(core), ...scheduleMethods(core), ...overviewMethods(core), ...searchMethods(core), ...statusMethods(core, authenticated),
  };
  const endServices = onServiceError === undefined ? async () => {} : startServices(core, onServiceError);
  return {
    ...refusing(methods),
    get lastEventId() { return events.last; },
    subscribe: (listener, after) => events.subscribe(listener, after),
    async close() {
      await endServices();
      stopListening();
      events.close();
      await database.close();
    },
  };
}

/** Ids of events grow also over restarts, and are different on each server of a database. */
function reserveEventIds(database: Database): Promise<number> {
  return database.transaction(async (transaction) => {
    await transaction.execute("insert into flowlet_meta (name, value) values ('events', 0) on conflict (name) do nothing");
    const [row] = await transaction.query<{ value: number }>("update flowlet_meta set value = value + ? where name = 'events' returning value", [EVENT_IDS]);
    return row!.value - EVENT_IDS;
  });
}

/** What is wrong with the database is said as a refusal, where the caller can do something about it. */
function refusing(methods: OrchestrationMethods): OrchestrationMethods {
  return Object.fromEntries(Object.entries(methods).map(([id, method]) => [id, async (input: never) => {
    try {
      return await (method as (input: never) => Promise<unknown>)(input);
    } catch (error) {
      if (error instanceof DatabaseProblem && error.kind === "full") throw new OrchestrationError("DATABASE_FULL", error.message);
      if (error instanceof DatabaseProblem && error.kind === "busy") throw new OrchestrationError("DATABASE_BUSY", error.message);
      throw error;
    }
  }])) as unknown as OrchestrationMethods;
}
