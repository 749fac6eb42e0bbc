/**
 * Whether a request comes from where it may. A page of any site can make a browser send requests to this computer: its name for the server (DNS rebinding) is told by `Host`, that it
 * is another site by `Origin` and `Sec-Fetch-Site`.
 */
import type { IncomingHttpHeaders } from "node:http";
import { OrchestrationError } from "../../orchestration/orchestration-error.ts";

/** Names of a server that only this computer can reach. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|[\w.-]+\.localhost)$/;

/** Whether a name or address (without a port) is this computer's own. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.toLowerCase().replace(/\.$/, "")) || host === "::1";
}

/**
 * @param names which `Host` may have besides those of this computer; null: any, because a token is asked for
 * @throws OrchestrationError FORBIDDEN, BAD_REQUEST
 */
export function checkOrigin(headers: IncomingHttpHeaders, path: string, names: ReadonlySet<string> | null): void {
  const host = hostOf(headers.host);
  if (host === null) throw new OrchestrationError("BAD_REQUEST", 'The header "host" names no server.');
  if (names !== null && !isLoopback(host) && !names.has(host)) {
    throw new OrchestrationError("FORBIDDEN", `This server is not known as ${JSON.stringify(host)}: it serves this computer only. To reach it under another name, set server.endpoint in its configuration, or start it with --host and use its API token.`);
  }
  if (!path.startsWith("/api/")) return;
  const { origin, "sec-fetch-site": site } = headers;
  const isForeign = origin !== undefined ? hostWithPort(origin) !== headers.host?.toLowerCase() : site !== undefined && site !== "same-origin" && site !== "none";
  if (isForeign) throw new OrchestrationError("FORBIDDEN", `Requests from pages of another site are refused${origin === undefined ? "" : ` (${JSON.stringify(origin.slice(0, 200))})`}.`);
}

/** Without its port, in small letters. Null: none. */
function hostOf(header: string | undefined): string | null {
  return /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(header ?? "")?.[1]?.toLowerCase().replace(/\.$/, "") ?? null;
}

/** Null for an origin that is none, e.g. the `null` of a file. */
function hostWithPort(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
