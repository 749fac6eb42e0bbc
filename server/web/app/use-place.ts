/** Where the user is, for a component that depends on the address. */
import { useStore } from "../live/store.ts";
import type { Place } from "../router/router.ts";
import { useServices } from "./services.ts";

export function usePlace(): Place {
  return useStore(useServices().router.place);
}

/** One part of the address' query, and how to change it (null takes it away): a filter or a tab that survives a reload. */
export function useQueryParameter(name: string): readonly [value: string | null, set: (value: string | null) => void] {
  const { router } = useServices();
  return [usePlace().query.get(name), (value) => router.setQuery({ [name]: value })];
}
