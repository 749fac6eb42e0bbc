/** Which project a page is about (`?project=`). */
import type { JSX } from "preact";
import { useQueryParameter } from "../app/use-place.ts";
import { useQuery } from "../live/use-query.ts";
import { Select } from "./field.tsx";

/** Nothing where there is one project or none. */
export function ProjectSelect(): JSX.Element | null {
  const [project, setProject] = useQueryParameter("project");
  const { data } = useQuery("listProjects", { limit: 200 }, { refreshOn: ["project"] });
  if (data === undefined || (data.items.length < 2 && project === null)) return null;
  return <Select label="Project" value={project ?? ""} onChange={(id) => setProject(id === "" ? null : id)} options={[{ value: "", text: "All projects" }, ...data.items.map(({ id, name }) => ({ value: id, text: name }))]} />;
}
