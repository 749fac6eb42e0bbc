/** Whether the server has listened for long enough to say that a run is silent. */

/** After a start, after the computer slept, and after its clock was set, runs have so long to be heard of (milliseconds): they report every 30 seconds, and look for a lost server about as often. */
export const HEARING = 120_000;
/** The clock may differ from the steady one by so much without having been set (milliseconds). */
const JUMP = 30_000;

export class Listening {
  readonly #now: () => number;
  readonly #steady: () => number;
  #since: number;
  /** What the clock is ahead of the steady one, which does not go on while the computer sleeps. */
  #ahead: number;

  /** @param now the clock (milliseconds since 1970) @param steady one that nobody sets (milliseconds) */
  constructor(now: () => number, steady: () => number = () => performance.now()) {
    this.#now = now;
    this.#steady = steady;
    this.#since = steady();
    this.#ahead = now() - this.#since;
  }

  /** Time for which it must listen on before silence means something (milliseconds); 0: it has. */
  get left(): number {
    const steady = this.#steady(), ahead = this.#now() - steady;
    if (Math.abs(ahead - this.#ahead) > JUMP) this.#since = steady;
    this.#ahead = ahead;
    return Math.max(0, this.#since + HEARING - steady);
  }
}
