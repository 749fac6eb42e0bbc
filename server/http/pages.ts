/** The pages of the UI: files of its build, and its index for every address that is none. */
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { existsSync } from "node:fs";
import { join } from "node:path";

const YEAR_S = 365 * 24 * 3600;

/** Where the build is, seen from the sources and from lib/. */
export function builtPages(): string {
  const folder = import.meta.dirname;
  return folder.replaceAll("\\", "/").endsWith("/lib/server/http") ? join(folder, "../../web") : join(folder, "../../lib/web");
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Flowlet</title>
<h1>The pages of this server are not built</h1>
<p>The server itself works: its API is described at <a href="/docs">/docs</a>. In a checkout, <code>npm run build</code> builds the pages; then reload.</p>
</html>
`;

/**
 * Serves a folder of built pages.
 *
 * @returns answers a request for a page: whoever asks for an address that is no file gets the index, which shows what the address says. False: it is no request for a page
 */
export function pages(app: FastifyInstance, folder: string): (request: FastifyRequest, reply: FastifyReply) => boolean {
  const isBuilt = () => existsSync(join(folder, "index.html"));
  if (isBuilt()) {
    app.register(fastifyStatic, {
      root: folder, index: ["index.html"], dotfiles: "ignore", cacheControl: false,
      // What Vite puts into assets/ has a hash of its content in its name.
      setHeaders: (reply, path) => { void reply.header("cache-control", path.startsWith(join(folder, "assets")) ? `public, max-age=${YEAR_S}, immutable` : "no-cache"); },
    });
  } else app.get("/", (_request, reply) => { notBuilt(reply); });

  return (request, reply) => {
    const path = request.url.split("?", 1)[0];
    const last = path.slice(path.lastIndexOf("/") + 1);
    const wantsPage = (request.method === "GET" || request.method === "HEAD") && (request.headers.accept ?? "*/*").match(/text\/html|\*\/\*/) !== null && !path.startsWith("/assets/") && !/\.(js|css|map|png|svg|ico|json|txt|woff2?)$/.test(last);
    if (!wantsPage) return false;
    if (reply.sendFile === undefined || !isBuilt()) notBuilt(reply);
    else void reply.sendFile("index.html");
    return true;
  };
}

function notBuilt(reply: FastifyReply): void {
  void reply.code(503).type("text/html; charset=utf-8").header("cache-control", "no-store").send(NOT_BUILT);
}
