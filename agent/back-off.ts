/** Waits that double. */

/** Times between tries: from the first to the longest, each twice the one before, and never quite the same for two who wait. */
export class BackOff {
  readonly #first: number;
  readonly #longest: number;
  #next: number;

  /** Milliseconds. */
  constructor(first: number, longest: number) {
    this.#first = first;
    this.#longest = longest;
    this.#next = first;
  }

  /** The next wait (milliseconds). */
  next(): number {
    const wait = this.#next;
    this.#next = Math.min(wait * 2, this.#longest);
    return wait * (0.8 + Math.random() * 0.2);
  }

  /** Something came: the next wait is the first one again. */
  reset(): void {
    this.#next = this.#first;
  }
}
