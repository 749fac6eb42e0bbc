/** Login and logout of browsers: the API token for a cookie. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { OrchestrationError } from "../../orchestration/orchestration-error.ts";
import { inputReader } from "../input-reader.ts";
import { SESSION_MS, type ApiToken } from "./api-token.ts";

/** Tries of one address in a minute. */
const TRIES = 20;

/** @param token null: the server asks for none, and any login is right */
export function loginRoutes(app: FastifyInstance, token: ApiToken | null): void {
  const body = inputReader(z.object({ token: z.string().min(1).max(1000) }), "body");
  const attributes = (isSecure: boolean) => ({ path: "/", httpOnly: true, sameSite: "strict", secure: isSecure } as const);

  app.post("/api/login", { bodyLimit: 10_000, config: { rateLimit: { max: TRIES, timeWindow: 60_000 } } }, async (request, reply) => {
    const read = body(request.body);
    if ("error" in read) throw read.error;
    if (token === null) return { done: true };
    if (!token.matches((read.value as { token: string }).token.trim())) throw new OrchestrationError("UNAUTHORIZED", "This is not the server's API token. It is in ~/.flowlet/server/token on the server's computer.");
    reply.setCookie(token.cookieName, token.session(), { ...attributes(request.headers["x-forwarded-proto"] === "https"), maxAge: SESSION_MS / 1000 });
    return { done: true };
  });

  app.post("/api/logout", async (request, reply) => {
    if (token !== null) reply.clearCookie(token.cookieName, attributes(request.headers["x-forwarded-proto"] === "https"));
    return { done: true };
  });
}
