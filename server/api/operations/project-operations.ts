/** Operations on projects. */
import { z } from "zod";
import { operation } from "../operation.ts";
import { project } from "../schemas/project.ts";
import { done, id, name, page, pageOf } from "../schemas/values.ts";

export const projectOperations = {
  listProjects: operation("GET /projects", { tag: "projects", summary: "The projects, by name.", query: z.object(page), response: pageOf(project), errors: ["UNPROCESSABLE"] }),
  getProject: operation("GET /projects/{projectId}", { tag: "projects", summary: "One project.", params: z.object({ projectId: id }), response: project, errors: ["NOT_FOUND"] }),
  createProject: operation("POST /projects", {
    tag: "projects", summary: "Makes a project.",
    body: z.object({
      name, description: z.string().max(10_000).nullable().default(null),
      /** One of that name is answered instead of a conflict. */
      skipIfExists: z.boolean().default(false),
    }),
    response: project, errors: ["CONFLICT"],
  }),
  deleteProject: operation("DELETE /projects/{projectId}", { tag: "projects", summary: "Deletes a project with its flows and their runs.", params: z.object({ projectId: id }), response: done, errors: ["NOT_FOUND"] }),
};
