/** Short messages about what was done, one above the other. */
import { Store } from "../live/store.ts";

export interface Toast {
  readonly id: number;
  readonly kind: "success" | "error" | "info";
  readonly title: string;
  readonly text: string | undefined;
}

/** How long a message stays (milliseconds); errors stay until they are closed. */
const STAYS = 5000;
const MOST = 5;

export class Toasts {
  readonly shown = new Store<readonly Toast[]>([]);
  #next = 1;

  add(kind: Toast["kind"], title: string, text?: string): void {
    const id = this.#next++;
    this.shown.set([...this.shown.get(), { id, kind, title, text }].slice(-MOST));
    if (kind !== "error") setTimeout(() => this.remove(id), STAYS);
  }

  remove(id: number): void {
    this.shown.set(this.shown.get().filter((toast) => toast.id !== id));
  }
}
