/** Addresses of the server's pages. */
import { context } from "../engine/index.ts";
import type { FlowletClient } from "./flowlet-client.ts";

/** @param path `/flow/<id>` */
export function pageUrl({ endpoint }: FlowletClient, path: string): string {
  const { server } = context.config;
  const pages = endpoint === server.endpoint.replace(/\/+$/, "") ? server.ui.endpoint : endpoint;
  return pages.replace(/\/+$/, "") + path;
}
