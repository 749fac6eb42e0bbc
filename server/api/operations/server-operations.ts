/** Operations on the whole. */
import { z } from "zod";
import { operation } from "../operation.ts";
import { overview, searchHit, serverStatus } from "../schemas/overview.ts";
import { id, instant } from "../schemas/values.ts";

export const serverOperations = {
  getStatus: operation("GET /status", { tag: "server", summary: "The server itself.", response: serverStatus }),
  getOverview: operation("GET /overview", {
    tag: "server", summary: "What the dashboard shows.",
    query: z.object({ projectId: id.optional(), /** Default: 24 hours ago. */ since: instant.optional(), /** Where the last span ends: with it the spans stay the same while time goes on. Default: now. */ until: instant.optional(), spans: z.int().min(1).max(200).default(24) }),
    response: overview,
  }),
  search: operation("GET /search", { tag: "server", summary: "Projects, flows, runs, tasks and agents whose name contains a text, the closest first.", query: z.object({ text: z.string().min(1).max(200), limit: z.int().min(1).max(100).default(20) }), response: z.object({ items: z.array(searchHit) }) }),
};
