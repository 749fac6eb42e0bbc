/** The pages one can go to, and the settings of the whole. */
import type { JSX } from "preact";
import { useServices } from "../app/services.ts";
import { Button } from "../components/button.tsx";
import { AgentsIcon, BookIcon, DashboardIcon, FlowletSign, FlowsIcon, KeyboardIcon, LogoutIcon, MoonIcon, ProjectsIcon, RunsIcon, SearchIcon, SunIcon, SystemIcon } from "../components/icons.tsx";
import { useStore } from "../live/store.ts";
import type { Route } from "../router/routes.ts";
import type { ThemeChoice } from "./theme.ts";
import type { Session } from "./use-session.ts";

const PAGES = [
  { href: "/", text: "Dashboard", icon: <DashboardIcon />, pages: ["dashboard"] },
  { href: "/flows", text: "Flows", icon: <FlowsIcon />, pages: ["flows", "flow"] },
  { href: "/flow-runs", text: "Flow runs", icon: <RunsIcon />, pages: ["flow-runs", "flow-run", "task-run"] },
  { href: "/agents", text: "Agents", icon: <AgentsIcon />, pages: ["agents"] },
  { href: "/projects", text: "Projects", icon: <ProjectsIcon />, pages: ["projects"] },
] as const;

export interface SidebarProps {
  readonly page: Route["page"];
  /** On a narrow screen. */
  readonly open: boolean;
  readonly session: Session;
  readonly onSearch: () => void;
  readonly onShortcuts: () => void;
  /** A page was chosen. */
  readonly onGone: () => void;
}

export function Sidebar({ page, open, session, onSearch, onShortcuts, onGone }: SidebarProps): JSX.Element {
  return (
    <div class={`sidebar${open ? " open" : ""}`}>
      <a class="brand" href="/" onClick={onGone}><FlowletSign />Flowlet</a>
      <button type="button" class="search-button" onClick={onSearch}><SearchIcon />Search<kbd>/</kbd></button>
      <nav aria-label="Pages">
        <ul class="nav">
          {PAGES.map(({ href, text, icon, pages }) => (
            <li key={href}><a href={href} onClick={onGone} aria-current={(pages as readonly string[]).includes(page) ? "page" : undefined}>{icon}{text}</a></li>
          ))}
        </ul>
      </nav>
      <div class="sidebar-foot">
        <a class="foot-link" href="/docs" target="_blank" rel="noreferrer"><BookIcon />API</a>
        <button type="button" class="foot-link" onClick={onShortcuts}><KeyboardIcon />Shortcuts<kbd>?</kbd></button>
        {session.canLogOut && <button type="button" class="foot-link" onClick={session.logOut}><LogoutIcon />Log out</button>}
        <div class="sidebar-settings"><ThemeButton /><span class="faint">{session.version === null ? "" : `Flowlet ${session.version}`}</span></div>
      </div>
    </div>
  );
}

const NEXT: { readonly [Choice in ThemeChoice]: ThemeChoice } = { system: "light", light: "dark", dark: "system" };
const NAMES: { readonly [Choice in ThemeChoice]: string } = { system: "as the system", light: "light", dark: "dark" };

function ThemeButton(): JSX.Element {
  const { theme } = useServices();
  const choice = useStore(theme.choice);
  const label = `Theme: ${NAMES[choice]}. Change to ${NAMES[NEXT[choice]]}.`;
  return <Button kind="quiet" small icon={choice === "system" ? <SystemIcon /> : choice === "dark" ? <MoonIcon /> : <SunIcon />} aria-label={label} title={label} onClick={() => theme.choose(NEXT[choice])} />;
}
