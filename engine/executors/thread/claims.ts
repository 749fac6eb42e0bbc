/**
 * Who has a call that was handed to a thread ahead of its turn: the thread, which claims it before it begins, or the main thread,
 * which may take it back until then. Decided in shared memory, so that each call is made exactly once, also where a thread ends.
 */

/** Calls that one thread may have been handed ahead (count). */
export const AHEAD = 16;

/** The slot's content while nobody has claimed the call; 0: somebody has. Not the same for the next call in the slot. */
function ticketOf(call: number): number { return (call % 0x7fff_fffe) + 1; }

/** For the thread: may it begin the call? Only once. */
export function claim(slots: Int32Array, slot: number, call: number): boolean {
  const ticket = ticketOf(call);
  return Atomics.compareExchange(slots, slot, ticket, 0) === ticket;
}

/** The main thread's side of one thread's claims. */
export class Claims {
  /** Shared with the thread. */
  readonly slots = new Int32Array(new SharedArrayBuffer(AHEAD * Int32Array.BYTES_PER_ELEMENT));
  readonly #free = Array.from({ length: AHEAD }, (_, slot) => AHEAD - 1 - slot);

  /** Is there a slot left? */
  get hasRoom(): boolean { return this.#free.length > 0; }

  /** Puts a call up for its thread to claim. Only where there is room. @returns its slot */
  offer(call: number): number {
    const slot = this.#free.pop() as number;
    Atomics.store(this.slots, slot, ticketOf(call));
    return slot;
  }

  /** Has the thread not begun it? It may at any moment. */
  isUnclaimed(slot: number, call: number): boolean { return Atomics.load(this.slots, slot) === ticketOf(call); }

  /** Takes a call back. @returns false: the thread has begun it */
  takeBack(slot: number, call: number): boolean { return claim(this.slots, slot, call); }

  /** The slot may serve another call. Only once its own has been claimed. */
  release(slot: number): void { this.#free.push(slot); }
}
