/** How quickly the calls of a program are done, by those of late. */

/** What takes less is quick (milliseconds): to hand it over costs about as much. */
const QUICK = 0.2;
/** What takes longer makes the others wait (milliseconds). */
const LONG = 5;
/** Quick calls after which the next ones are expected to be so too (count). */
const ENOUGH = 8;
/** A call that a pause of the machine has held up costs no more trust than so many quick ones bring (count). */
const MOST = 4 * ENOUGH;

/** Trust grows with each quick call; one that is not quick costs as much as a few have brought, a long one all of it. */
export class Pace {
  #trust = 0;

  /** Will the next call be quick, as far as one can tell? */
  get isQuick(): boolean { return this.#trust >= ENOUGH; }

  /** A call has ended. @param spent milliseconds */
  took(spent: number): void {
    if (spent < QUICK) this.#trust = Math.min(this.#trust + 1, MOST);
    else this.#trust = spent < LONG ? Math.max(this.#trust - ENOUGH, 0) : 0;
  }

  /** A call was sent: inputs that take long to copy are not to lie in a queue. @param spent milliseconds */
  sent(spent: number): void { if (spent >= QUICK) this.took(spent); }

  /** A call waits for something. */
  isSlow(): void { this.#trust = 0; }
}
