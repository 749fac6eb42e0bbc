/** Whether the server lets this browser in: where it wants a token, the login page is shown and leads back. */
import { useEffect } from "preact/hooks";
import { useServices } from "../app/services.ts";
import { errorCode } from "../live/error-text.ts";
import { useQuery } from "../live/use-query.ts";

export interface Session {
  /** Of the server; null: not known yet. */
  readonly version: string | null;
  /** The server wants a token, and this browser has given it. */
  readonly canLogOut: boolean;
  readonly logOut: () => void;
}

export function useSession(): Session {
  const { client, router } = useServices();
  const status = useQuery("getStatus", {});
  const refused = errorCode(status.error) === "UNAUTHORIZED";
  useEffect(() => {
    if (!refused) return;
    const { path, query, hash } = router.place.get();
    const text = query.toString();
    router.go(`/login?${new URLSearchParams({ next: `${path}${text === "" ? "" : `?${text}`}${hash === "" ? "" : `#${hash}`}` })}`, { replace: true });
  }, [refused]);
  return {
    version: status.data?.version ?? null,
    canLogOut: status.data?.authenticated === true,
    logOut: () => { void client.logout().catch(() => {}).then(() => window.location.assign("/login")); },
  };
}
