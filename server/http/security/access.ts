/** Who may ask: the checks before any route, and the headers that tell a browser what the pages may do. */
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { OrchestrationError } from "../../orchestration/orchestration-error.ts";
import type { ApiToken } from "./api-token.ts";
import { checkOrigin } from "./request-origin.ts";

/** Requests of one address in ten seconds. */
export const REQUEST_LIMIT = 10_000;
/** What needs no token: they are how one gets in. */
const OPEN = new Set(["/api/login", "/api/logout"]);

export interface AccessOptions {
  readonly token: ApiToken | null;
  /** Names that the server goes by besides those of this computer. */
  readonly names: readonly string[];
  /** Requests of one address in ten seconds; those of agents do not count. */
  readonly requestLimit: number;
}

/** Everything is of the server itself, nothing is inline; what shows it in a frame sees nothing. */
const POLICY = {
  defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", "data:"], fontSrc: ["'self'"], connectSrc: ["'self'"], workerSrc: ["'self'"], manifestSrc: ["'self'"],
  baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"],
};

export function protect(app: FastifyInstance, { token, names, requestLimit }: AccessOptions): void {
  app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    // Set by who puts TLS in front; a server without it must not promise it.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
  });
  app.register(cookie);
  app.register(rateLimit, {
    max: requestLimit, timeWindow: 10_000, addHeaders: { "x-ratelimit-limit": false, "x-ratelimit-remaining": false, "x-ratelimit-reset": false, "retry-after": true },
    addHeadersOnExceeding: { "x-ratelimit-limit": false, "x-ratelimit-remaining": false, "x-ratelimit-reset": false },
    errorResponseBuilder: (_request, { after }) => new OrchestrationError("TOO_MANY_REQUESTS", `Too many requests: come back in ${after}.`),
  });

  const allowed = token === null ? new Set(names.map((name) => name.toLowerCase())) : null;
  app.addHook("onRequest", (request, reply, done) => {
    const path = request.url.split("?", 1)[0];
    const isApi = path.startsWith("/api/");
    if (isApi) reply.header("cache-control", "no-store");
    try {
      checkOrigin(request.headers, path, allowed);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (token === null || !isApi || OPEN.has(path) || token.isInHeader(request.headers.authorization) || token.isSession(request.cookies[token.cookieName])) done();
    else {
      reply.header("www-authenticate", 'Bearer realm="flowlet"');
      done(new OrchestrationError("UNAUTHORIZED", "This server asks for its API token: send it as \"authorization: Bearer …\" (FLOWLET__SERVER__TOKEN, or server.token in the configuration), or log in on its pages."));
    }
  });
}
