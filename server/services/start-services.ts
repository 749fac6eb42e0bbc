/** Runs the services of a server until it is closed. */
import type { Core } from "../orchestration/core.ts";
import { lazarus } from "./lazarus.ts";
import { scheduler } from "./scheduler.ts";
import type { Service } from "./service.ts";
import { zombieKiller } from "./zombie-killer.ts";

/** All of them. */
export const SERVICES: readonly Service[] = [scheduler, zombieKiller, lazarus];

/**
 * Begins at once, and goes on in the services' own time. A pass that fails (the database is away) does not end it.
 * @param onError told of a pass that failed
 * @returns ends them, and waits for passes that are under way
 */
export function startServices(core: Core, onError: (service: string, error: unknown) => void): () => Promise<void> {
  const timers = new Set<NodeJS.Timeout>();
  const passes = new Set<Promise<void>>();
  let ended = false;
  const pass = async (service: Service): Promise<void> => {
    try {
      await service.run(core);
    } catch (error) {
      if (!ended) onError(service.name, error);
    }
  };
  const begin = (service: Service): void => {
    if (ended) return;
    const under = pass(service).finally(() => {
      passes.delete(under);
      if (ended) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        begin(service);
      }, service.every);
      timer.unref();
      timers.add(timer);
    });
    passes.add(under);
  };
  for (const service of SERVICES) begin(service);
  return async () => {
    ended = true;
    for (const timer of timers) clearTimeout(timer);
    await Promise.all(passes);
  };
}
