/** `/docs`: the API's document for people, `/docs/json` for programs. */
import type { FastifyInstance } from "fastify";
import { openApiDocument, type OpenApiDocument } from "../api/openapi-document.ts";

/** The document is made when it is first asked for. */
export function documentPages(app: FastifyInstance, version: string): void {
  let document: OpenApiDocument | null = null;
  app.register(async (scope) => {
    const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([import("@fastify/swagger"), import("@fastify/swagger-ui")]);
    await scope.register(swagger, { mode: "static", specification: { document: { openapi: "3.1.1", info: { title: "Flowlet", version }, paths: {} } } });
    await scope.register(swaggerUi, {
      routePrefix: "/docs",
      uiConfig: { docExpansion: "none", deepLinking: true, tryItOutEnabled: true, displayRequestDuration: true },
      transformSpecification: () => ({ ...(document ??= openApiDocument(version)) }),
      transformSpecificationClone: false,
      theme: { title: "Flowlet API" },
    });
  });
}
