/** Asks whether a Flowlet server answers at an address. */
import type { ServerStatus } from "../api/schemas/overview.ts";

/** `asksForToken`: it is one, and says no more without its token. */
export type ServerAnswer = { readonly kind: "status"; readonly status: ServerStatus } | { readonly kind: "asksForToken" } | { readonly kind: "other" } | { readonly kind: "silent" };

const TIMEOUT_MS = 5000;

export async function askServer(endpoint: string, token: string | null): Promise<ServerAnswer> {
  let response: Response;
  try {
    response = await fetch(`${endpoint}/api/status`, { headers: { accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) }, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    return { kind: "silent" };
  }
  const body = await response.json().catch(() => null) as (Partial<ServerStatus> & { error?: { code?: string } }) | null;
  if (response.ok && typeof body?.schemaVersion === "number") return { kind: "status", status: body as ServerStatus };
  return response.status === 401 && body?.error?.code === "UNAUTHORIZED" ? { kind: "asksForToken" } : { kind: "other" };
}
