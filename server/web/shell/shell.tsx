/** What surrounds every page: where one can go, the search, what the connection is like, what was done. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { FlowletSign, MenuIcon, SearchIcon } from "../components/icons.tsx";
import type { Route } from "../router/routes.ts";
import { ConnectionBar } from "./connection-bar.tsx";
import { SearchPalette } from "./search-palette.tsx";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";
import { Sidebar } from "./sidebar.tsx";
import { ToastList } from "./toast-list.tsx";
import { useSession } from "./use-session.ts";
import { useShortcuts } from "./use-shortcuts.ts";

export function Shell({ page, children }: { readonly page: Route["page"]; readonly children: ComponentChildren }): JSX.Element {
  const [open, setOpen] = useState<"search" | "shortcuts" | null>(null);
  const [menu, setMenu] = useState(false);
  const session = useSession();
  useShortcuts({ search: () => setOpen("search"), shortcuts: () => setOpen("shortcuts") });
  return (
    <div class="shell">
      <a class="skip" href="#content">Skip to the content</a>
      <div class="narrow-bar">
        <Button kind="quiet" icon={<MenuIcon />} aria-label="Menu" aria-expanded={menu} onClick={() => setMenu(!menu)} />
        <a class="brand" href="/"><FlowletSign />Flowlet</a>
        <Button kind="quiet" icon={<SearchIcon />} aria-label="Search" onClick={() => setOpen("search")} />
      </div>
      <Sidebar page={page} open={menu} session={session} onSearch={() => setOpen("search")} onShortcuts={() => setOpen("shortcuts")} onGone={() => setMenu(false)} />
      <div class="main">
        <ConnectionBar />
        <main id="content" tabIndex={-1}>{children}</main>
      </div>
      {open === "search" && <SearchPalette onClose={() => setOpen(null)} />}
      {open === "shortcuts" && <ShortcutsDialog onClose={() => setOpen(null)} />}
      <ToastList />
    </div>
  );
}
