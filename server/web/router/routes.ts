/** The addresses of the pages. Each is a deep link: it can be reloaded, kept and sent. */

/** Every page and the parts of its address. */
export type Route =
  | { readonly page: PlainPage }
  | { readonly page: "flow" | "flow-run" | "task-run"; readonly id: string }
  | { readonly page: "not-found"; readonly path: string };

type PlainPage = "dashboard" | "flows" | "flow-runs" | "agents" | "projects" | "search" | "login";

const PLAIN: { readonly [path: string]: PlainPage } = {
  "/": "dashboard", "/flows": "flows", "/flow-runs": "flow-runs", "/agents": "agents", "/projects": "projects", "/search": "search", "/login": "login",
};

/** The page of an address' path. A slash at the end does not count. */
export function matchRoute(path: string): Route {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
  const plain = Object.hasOwn(PLAIN, trimmed) ? PLAIN[trimmed] : undefined;
  if (plain !== undefined) return { page: plain };
  const [, page, id] = /^\/(flow|flow-run|task-run)\/([^/]+)$/.exec(trimmed) ?? [];
  if (page === undefined || id === undefined) return { page: "not-found", path };
  try {
    return { page: page as "flow", id: decodeURIComponent(id) };
  } catch {
    return { page: "not-found", path };
  }
}

/** Paths that the server answers itself: not pages of ours. */
export function isServerPath(path: string): boolean {
  return /^\/(api|docs)(\/|$)/.test(path);
}

/** Is it the address of a page of ours? Not one that leads to another server, however it is written. */
export function isPagePath(address: string): boolean {
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(address) && !isServerPath(address);
}

/** Addresses of things, for links. */
export const pathTo = {
  flow: (id: string) => `/flow/${encodeURIComponent(id)}`,
  flowRun: (id: string) => `/flow-run/${encodeURIComponent(id)}`,
  taskRun: (id: string) => `/task-run/${encodeURIComponent(id)}`,
  flowRuns: (query: { readonly [name: string]: string }) => `/flow-runs?${new URLSearchParams(query)}`,
  search: (text: string) => `/search?${new URLSearchParams({ q: text })}`,
};
