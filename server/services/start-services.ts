/** Runs the services of a server until it is closed. */
import type { Core } from "../orchestration/core.ts";
import { lazarus } from "./lazarus.ts";
import { Listening } from "./listening.ts";
import { scheduler } from "./scheduler.ts";
import type { Service } from "./service.ts";
import { zombieKiller } from "./zombie-killer.ts";

/** All of them. */
export const SERVICES: readonly Service[] = [scheduler, zombieKiller, lazarus];

/**
 * Begins at once (what judges runs by their silence when it could have heard of them), and goes on in the services' own time. A pass that fails (the database is away) does not end it.
 * @param onError told of a pass that failed
 * @returns ends them, and waits for passes that are under way
 */
export function startServices(core: Core, onError: (service: string, error: unknown) => void): () => Promise<void> {
  const timers = new Set<NodeJS.Timeout>();
  const passes = new Set<Promise<void>>();
  const listening = new Listening(core.now);
  let ended = false;
  const pass = async (service: Service): Promise<void> => {
    try {
      await service.run(core);
    } catch (error) {
      if (!ended) onError(service.name, error);
    }
  };
  const later = (service: Service, time: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      begin(service);
    }, time);
    timer.unref();
    timers.add(timer);
  };
  const begin = (service: Service): void => {
    if (ended) return;
    const { left } = listening;
    if (service.judgesSilence === true && left > 0) return later(service, left);
    const under = pass(service).finally(() => {
      passes.delete(under);
      if (!ended) later(service, service.every);
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
