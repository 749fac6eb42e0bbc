/** The page that the address names, inside of the shell. */
import type { JSX } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { AgentsPage } from "../pages/agents/agents-page.tsx";
import { DashboardPage } from "../pages/dashboard/dashboard-page.tsx";
import { FlowPage } from "../pages/flow/flow-page.tsx";
import { FlowRunPage } from "../pages/flow-run/flow-run-page.tsx";
import { FlowRunsPage } from "../pages/flow-runs/flow-runs-page.tsx";
import { FlowsPage } from "../pages/flows/flows-page.tsx";
import { LoginPage } from "../pages/login/login-page.tsx";
import { BrokenPage, NotFoundPage } from "../pages/not-found-page.tsx";
import { ProjectsPage } from "../pages/projects/projects-page.tsx";
import { SearchPage } from "../pages/search/search-page.tsx";
import { TaskRunPage } from "../pages/task-run/task-run-page.tsx";
import { matchRoute, type Route } from "../router/routes.ts";
import { Shell } from "../shell/shell.tsx";
import { usePlace } from "./use-place.ts";

export function App(): JSX.Element {
  const { path } = usePlace();
  const route = matchRoute(path);
  if (route.page === "login") return <LoginPage />;
  return <Shell page={route.page}><Guarded key={path}>{pageOf(route)}</Guarded></Shell>;
}

/** A page that throws is said to be broken; the others go on. */
function Guarded({ children }: { readonly children: JSX.Element }): JSX.Element {
  const [error, reset] = useErrorBoundary();
  useEffect(() => { if (error !== undefined) console.error(error); }, [error]);
  return error === undefined ? children : <BrokenPage error={error} onRetry={reset} />;
}

function pageOf(route: Route): JSX.Element {
  switch (route.page) {
    case "dashboard": return <DashboardPage />;
    case "flows": return <FlowsPage />;
    case "flow-runs": return <FlowRunsPage />;
    case "agents": return <AgentsPage />;
    case "projects": return <ProjectsPage />;
    case "search": return <SearchPage />;
    case "login": return <LoginPage />;
    case "flow": return <FlowPage id={route.id} />;
    case "flow-run": return <FlowRunPage id={route.id} />;
    case "task-run": return <TaskRunPage id={route.id} />;
    case "not-found": return <NotFoundPage path={route.path} />;
  }
}
