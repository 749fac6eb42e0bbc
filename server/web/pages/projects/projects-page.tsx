/** Projects: made, opened, deleted. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { Button } from "../../components/button.tsx";
import { type Column, DataTable, Pager, usePaging } from "../../components/data-table.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { plural } from "../../components/format-time.ts";
import { PlusIcon, ProjectsIcon, TrashIcon } from "../../components/icons.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { TimeAgo } from "../../components/time.tsx";
import type { Project } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";
import { useQuery } from "../../live/use-query.ts";
import { NewProjectDialog } from "./new-project-dialog.tsx";

export function ProjectsPage(): JSX.Element {
  const { client, queries } = useServices();
  const [open, setOpen] = useState<Project | "new" | null>(null);
  const paging = usePaging("");
  const { data, error, refresh } = useQuery("listProjects", { ...(paging.after !== undefined && { after: paging.after }) }, { refreshOn: ["project", "flow"], keepFormer: true });
  const [remove] = useAction(async (project: Project) => { await client.deleteProject({ projectId: project.id }); queries.refresh("listProjects"); return project; }, { done: ({ name }) => `Project ${name} is deleted`, failed: "The project was not deleted" });
  const columns: readonly Column<Project>[] = [
    { title: "Project", grow: true, cell: ({ id, name, description }) => <div><span class="cell-main"><a href={`/flows?${new URLSearchParams({ project: id })}`}>{name}</a></span>{description !== null && <span class="cell-more" title={description}>{description}</span>}</div> },
    { title: "Flows", align: "right", cell: ({ flowCount }) => flowCount.toLocaleString("en") },
    { title: "Created", cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
    { title: "Dashboard", wide: true, cell: ({ id }) => <a href={`/?${new URLSearchParams({ project: id })}`}>Dashboard</a> },
    { title: "Delete", align: "right", cell: (project) => <Button kind="quiet" icon={<TrashIcon />} aria-label={`Delete project ${project.name}`} title="Delete" onClick={() => setOpen(project)} /> },
  ];
  return (
    <Page title="Projects" actions={<Button kind="primary" icon={<PlusIcon />} onClick={() => setOpen("new")}>New project</Button>}>
      {error !== undefined && <ErrorNotice what="The projects could not be loaded" error={error} onRetry={refresh} />}
      {(data !== undefined || error === undefined) && (
        <div class="card">
          <DataTable
            label="Projects" columns={columns} rows={data?.items} rowKey={({ id }) => id} pager={<Pager paging={paging} next={data?.next} />}
            empty={<EmptyState title="No project yet" icon={<ProjectsIcon />} commands={["flowlet create project examples"]}>A project holds flows that belong together. Registering a flow makes its project, too.</EmptyState>}
          />
        </div>
      )}
      {open === "new" && <NewProjectDialog onClose={() => setOpen(null)} />}
      {open !== null && open !== "new" && (
        <ConfirmDialog
          title={`Delete project ${open.name}?`} action="Delete project" danger onClose={() => setOpen(null)} onConfirm={() => remove(open)}
          {...(open.flowCount > 0 && { typed: open.name })}
        >
          <p>{open.flowCount === 0 ? "There is no flow in it." : `Its ${plural(open.flowCount, "flow")}, all their versions, runs and logs are deleted with it. This cannot be undone.`}</p>
        </ConfirmDialog>
      )}
    </Page>
  );
}
