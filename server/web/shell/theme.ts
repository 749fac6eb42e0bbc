/** Dark and light: the system's, until the user chooses. public/theme.js does the first step before anything is drawn. */
import { Store } from "../live/store.ts";

/** What the user has chosen. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "flowlet.theme";

export class Theme {
  readonly choice: Store<ThemeChoice>;
  /** What is seen. */
  readonly shown: Store<"light" | "dark">;
  readonly #system = window.matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    const kept = read();
    this.choice = new Store<ThemeChoice>(kept === "light" || kept === "dark" ? kept : "system");
    this.shown = new Store(this.#effective());
    this.#system.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  choose(choice: ThemeChoice): void {
    this.choice.set(choice);
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // A browser that keeps nothing: it holds for this page.
    }
    this.#apply();
  }

  #effective(): "light" | "dark" {
    const choice = this.choice.get();
    return choice === "system" ? (this.#system.matches ? "dark" : "light") : choice;
  }

  #apply(): void {
    const shown = this.#effective();
    document.documentElement.dataset.theme = shown;
    this.shown.set(shown);
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
