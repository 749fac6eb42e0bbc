/** What pages have asked for: shared by the components of a page, kept for a while for a page that is opened again, asked again when events say so. */
import { isPassing } from "../../../client/browser.ts";
import { Store } from "./store.ts";

/** What is known of an answer. */
export interface QueryState {
  /** The newest answer; undefined before the first. It stays while another is on its way, and when asking again fails. */
  readonly data: unknown;
  /** Why the latest attempt failed; undefined when it did not. */
  readonly error: Error | undefined;
  /** An answer is on its way. */
  readonly loading: boolean;
}

/** Components that begin within this time belong to one page (milliseconds). */
const SAME_PAGE = 50;
/** How many times a request's own length has to pass before the same one is sent again: a slow server is asked less. */
const GAP_FACTOR = 3;
/** Waits before a request that the server was too busy for is sent again; each is twice the one before (milliseconds). */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;
/** How many answers are kept that no page shows (count). */
const KEPT = 60;

/** One question, asked again as often as needed, never twice at once. */
export class Query {
  readonly state = new Store<QueryState>({ data: undefined, error: undefined, loading: false });
  /** Components that show it (count). */
  readers = 0;
  readonly #ask: () => Promise<unknown>;
  #flying = false;
  #again = false;
  #wait = FIRST_WAIT;
  #begun = Number.NEGATIVE_INFINITY;
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #leastGap: number;

  /** @param leastGap least time between two requests (milliseconds) */
  constructor(ask: () => Promise<unknown>, leastGap: number) {
    this.#ask = ask;
    this.#leastGap = leastGap;
  }

  /** A component begins to show it: asked, unless it was just now, by another component of the same page. */
  enter(): void {
    this.readers++;
    if (performance.now() - this.#begun > SAME_PAGE) this.refresh(this.state.get().data === undefined);
  }

  /** The component is gone. */
  leave(): void {
    this.readers--;
  }

  /** Asks again, soon. @param now - without the wait that keeps a busy server from being asked too often */
  refresh(now: boolean = false): void {
    if (this.#flying) {
      this.#again = true;
      return;
    }
    if (this.#timer !== undefined && !now) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const wait = now ? 0 : this.#notBefore - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => { this.#timer = undefined; void this.#run(); }, wait);
    else void this.#run();
  }

  async #run(): Promise<void> {
    if (this.readers === 0) return;
    this.#flying = true;
    const begun = this.#begun = performance.now();
    const before = this.state.get();
    this.state.set({ ...before, loading: true });
    try {
      const data = await this.#ask();
      this.state.set({ data, error: undefined, loading: false });
      this.#wait = FIRST_WAIT;
    } catch (error) {
      this.state.set({ data: before.data, error: error instanceof Error ? error : new Error(String(error)), loading: false });
    }
    const now = performance.now();
    this.#notBefore = now + Math.max(this.#leastGap, GAP_FACTOR * (now - begun));
    this.#flying = false;
    const { error } = this.state.get();
    if (this.#again) {
      this.#again = false;
      this.refresh();
    } else if (isPassing(error) && error.code !== "UNREACHABLE") {
      // No event will tell that it may be asked again. A server that is not there is told by the event stream.
      this.#notBefore = now + this.#wait;
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
      this.refresh();
    }
  }
}

/** All questions of the page, by operation and input. */
export class Queries {
  /** In the order they were last opened. */
  readonly #queries = new Map<string, Query>();

  /** The question of this key; a new one is made where there is none. */
  open(key: string, ask: () => Promise<unknown>, leastGap: number): Query {
    const found = this.#queries.get(key) ?? new Query(ask, leastGap);
    this.#queries.delete(key);
    this.#queries.set(key, found);
    for (const [other, query] of this.#queries) {
      if (this.#queries.size <= KEPT) break;
      if (query.readers === 0 && other !== key) this.#queries.delete(other);
    }
    return found;
  }

  /** Asks again at once what is shown of an operation: after the user has changed something, before the event of it arrives. */
  refresh(operation: string): void {
    for (const [key, query] of this.#queries) if (query.readers > 0 && key.startsWith(`${operation} `)) query.refresh(true);
  }

  /** Forgets all answers: another user may see others. */
  clear(): void {
    for (const [key, query] of this.#queries) {
      if (query.readers === 0) this.#queries.delete(key);
      else query.refresh(true);
    }
  }
}
