/** Which page is shown: follows the browser's address and history. */
import { Store } from "../live/store.ts";
import { isServerPath } from "./routes.ts";

/** Where the user is. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Without `#`. */
  readonly hash: string;
}

/** Follows links and the back button until {@link Router.dispose}. An ordinary `<a href>` is enough: clicks on links to pages of ours are taken over. */
export class Router {
  readonly place: Store<Place>;
  readonly #window: Window;
  readonly #stop = new AbortController();

  constructor(window: Window) {
    this.#window = window;
    this.place = new Store(this.#read());
    const { signal } = this.#stop;
    window.addEventListener("popstate", () => this.place.set(this.#read()), { signal });
    window.document.addEventListener("click", (event) => this.#click(event), { signal });
  }

  /** Shows a page. @param address path with query and hash @param options.replace the page before is not in the history */
  go(address: string, options: { readonly replace?: boolean } = {}): void {
    const url = new URL(address, this.#window.location.href);
    if (url.origin !== this.#window.location.origin || isServerPath(url.pathname)) return this.#window.location.assign(url);
    const samePage = url.pathname === this.#window.location.pathname;
    this.#window.history[options.replace === true ? "replaceState" : "pushState"](null, "", url);
    this.place.set(this.#read());
    if (!samePage) this.#window.scrollTo(0, 0);
  }

  /** Changes parts of the address' query; null takes one away. The history does not grow. */
  setQuery(changes: { readonly [name: string]: string | null }): void {
    const { path, query, hash } = this.place.get();
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    this.go(`${path}${text === "" ? "" : `?${text}`}${hash === "" ? "" : `#${hash}`}`, { replace: true });
  }

  dispose(): void {
    this.#stop.abort();
  }

  #read(): Place {
    const { pathname, search, hash } = this.#window.location;
    return { path: pathname, query: new URLSearchParams(search), hash: hash.slice(1) };
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || !link.hasAttribute("href") || link.target !== "" || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== this.#window.location.origin || isServerPath(url.pathname)) return;
    // A jump within the page is the browser's own.
    if (link.getAttribute("href")?.startsWith("#") === true) return;
    event.preventDefault();
    this.go(url.href);
  }
}
