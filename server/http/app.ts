/** The server's HTTP side: API, events, document and pages in one Fastify app. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { Orchestration } from "../orchestration/orchestration.ts";
import { OrchestrationError } from "../orchestration/orchestration-error.ts";
import { documentPages } from "./document-pages.ts";
import { eventRoutes } from "./event-stream.ts";
import { readJsonBodies } from "./json-body.ts";
import { methodsOf, operationRoutes } from "./operation-routes.ts";
import { builtPages, pages } from "./pages.ts";
import { refusalOf } from "./refusal.ts";
import { protect, REQUEST_LIMIT } from "./security/access.ts";
import { ApiToken } from "./security/api-token.ts";
import { loginRoutes } from "./security/login.ts";

export interface AppOptions {
  /** Of the server, for the document. */
  readonly version: string;
  /** The API token. Absent: none is asked for, and the server answers to names of this computer only. */
  readonly token?: string | undefined;
  /** Names that it goes by besides those, where it asks for no token: `flowlet.example.org`. */
  readonly names?: readonly string[] | undefined;
  /** Folder of the built pages. Default: where the build puts them. */
  readonly webFolder?: string | undefined;
  /** Requests of one address in ten seconds; those of agents do not count. Default: 10,000. */
  readonly requestLimit?: number | undefined;
  /** Takes the log: JSON lines of what failed. Default: nothing is logged. */
  readonly log?: Writable | undefined;
}

/** Time for a request to arrive whole (milliseconds). */
const REQUEST_TIMEOUT_MS = 60_000;
/** How long a connection waits for a next request, at most (milliseconds). */
const KEEP_ALIVE_MS = 5000;
/** How long a server that closes waits for requests that are going on (milliseconds). */
const CLOSE_MS = 5000;
/** Longest part of a path; a task's slug has up to 500 characters, each of which may take nine in an address. */
const MAX_PART_LENGTH = 5000;

/** Makes the app; `listen` of it opens the port, `close` ends open streams and lets requests end. */
export function createApp(orchestration: Orchestration, { version, token, names = [], webFolder = builtPages(), requestLimit = REQUEST_LIMIT, log }: AppOptions): FastifyInstance {
  const app = Fastify({
    logger: log === undefined ? false : { level: "warn", stream: log, serializers: { req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split("?", 1)[0] }) } },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: MAX_PART_LENGTH },
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const { status, body } = refusalOf(error);
      void reply.code(status).send(body);
    },
    clientErrorHandler: refuseBrokenHttp,
  });
  const apiToken = token === undefined ? null : new ApiToken(token);

  app.setErrorHandler((error, request, reply) => {
    const { status, body, isInternal } = refusalOf(error, request.routeOptions.bodyLimit);
    if (isInternal) request.log.error({ err: error, req: request }, "a request failed");
    void reply.code(status).type("application/json; charset=utf-8").serializer(JSON.stringify).send(body);
  });
  endSoon(app);
  readJsonBodies(app);
  protect(app, { token: apiToken, names, requestLimit });
  app.addHook("onRequest", refuseUnknownRoutes);
  // Plugins add their hooks to routes that come after them.
  app.register(async (scope) => {
    loginRoutes(scope, apiToken);
    eventRoutes(scope, orchestration);
    operationRoutes(scope, orchestration);
  });
  documentPages(app, version);
  const answerPage = pages(app, webFolder);

  app.setNotFoundHandler((request, reply) => {
    if (!answerPage(request, reply)) throw nothingAt(request);
  });
  return app;
}

/** Before anything of a body is read. */
function refuseUnknownRoutes(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
  const path = pathOf(request);
  const isRoute = request.routeOptions.url?.startsWith("/api/") === true && !request.is404;
  if (isRoute || (path !== "/api" && !path.startsWith("/api/"))) return done();
  const methods = methodsOf(path);
  if (methods.length === 0) return done(nothingAt(request));
  reply.header("allow", methods.join(", "));
  return done(new OrchestrationError("METHOD_NOT_ALLOWED", `${path} takes ${methods.join(", ")}, not ${request.method}.`));
}

function nothingAt(request: FastifyRequest): OrchestrationError {
  return new OrchestrationError("NOT_FOUND", `There is nothing at ${request.method} ${pathOf(request).slice(0, 200)}. What the API has is at /docs.`);
}

const pathOf = ({ url }: FastifyRequest): string => url.split("?", 1)[0];

/** A closing app waits for the answers that are under way, but for no connection that asks nothing, and not for too long. */
function endSoon(app: FastifyInstance): void {
  let isClosing = false;
  let underWay = 0;
  const closeIfDone = () => { if (isClosing && underWay === 0) app.server.closeAllConnections(); };
  app.addHook("onRequest", (_request, reply, done) => {
    underWay++;
    reply.raw.once("close", () => {
      underWay--;
      closeIfDone();
    });
    done();
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (isClosing) reply.header("connection", "close");
    done();
  });
  app.addHook("preClose", (done) => {
    isClosing = true;
    const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
    app.server.once("close", () => clearTimeout(timer));
    closeIfDone();
    done();
  });
}

/** What is no HTTP, or too large a head, never becomes a request. */
function refuseBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = error.code === "HPE_HEADER_OVERFLOW" ? ["431 Request Header Fields Too Large", "The headers are too large."] : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? ["408 Request Timeout", "The request took too long to arrive."] : ["400 Bad Request", "The request is not valid HTTP."];
  const body = JSON.stringify({ error: { code: "BAD_REQUEST", message } });
  socket.end(`HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
