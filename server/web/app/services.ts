/** What every page can use. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Client } from "../live/api.ts";
import type { LiveEvents } from "../live/live-events.ts";
import type { Queries } from "../live/queries.ts";
import type { Router } from "../router/router.ts";
import type { Theme } from "../shell/theme.ts";
import type { Toasts } from "../shell/toasts.ts";

export interface Services {
  readonly client: Client;
  readonly events: LiveEvents;
  readonly queries: Queries;
  readonly router: Router;
  readonly theme: Theme;
  readonly toasts: Toasts;
}

export const ServicesContext = createContext<Services | null>(null);

/** @throws Error outside of the app */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("There are no services: the component is outside of the app.");
  return services;
}
