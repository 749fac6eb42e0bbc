/** The front end as flows see it, over the link to the kernel process. */
import type { DisplayBundle, FrontEnd } from "../flows/front-end.ts";
import { currentExecution } from "./cell-context.ts";
import type { CellStacks } from "./cell-stacks.ts";
import { describeError } from "./describe-error.ts";
import type { MainLink } from "./main-link.ts";

/** Implements {@link FrontEnd}. */
export class LinkFrontEnd implements FrontEnd {
  readonly #link: MainLink;
  readonly #isExecuting: () => boolean;
  readonly #stacks: CellStacks;
  readonly #prepare: () => Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<() => void>>();
  readonly #held = new Set<number>();
  #numbered = 0;

  /**
   * @param isExecuting does a cell execute right now?
   * @param prepare called before each turn, as before each cell: loads modules that have changed anew
   */
  constructor(link: MainLink, stacks: CellStacks, isExecuting: () => boolean, prepare: () => Promise<void>) {
    this.#link = link;
    this.#isExecuting = isExecuting;
    this.#stacks = stacks;
    this.#prepare = prepare;
  }

  openComm(commId: string, target: string, data: unknown): void {
    this.#link.send({ type: "commOpen", execution: currentExecution(), commId, target, data });
  }

  sendComm(commId: string, data: unknown): void {
    this.#link.send({ type: "commMessage", execution: currentExecution(), commId, data });
  }

  closeComm(commId: string): void {
    this.#link.send({ type: "commClose", execution: currentExecution(), commId });
  }

  display({ data, metadata = {}, displayId }: DisplayBundle): void {
    this.#link.send({ type: "display", execution: currentExecution(), bundle: { data, metadata, ...(displayId === undefined ? {} : { displayId }) } });
  }

  updateDisplay({ data, metadata = {}, displayId }: DisplayBundle & { readonly displayId: string }): void {
    this.#link.send({ type: "updateDisplay", execution: currentExecution(), bundle: { data, metadata, displayId } });
  }

  takeTurn(): Promise<() => void> {
    const turn = ++this.#numbered;
    const granted = Promise.withResolvers<() => void>();
    this.#waiting.set(turn, granted);
    this.#link.send({ type: "takeTurn", turn });
    return granted.promise;
  }

  describeError(error: unknown): string {
    return describeError(error, this.#stacks).traceback.join("\n");
  }

  execution(): number | null { return currentExecution(); }

  isBusy(): boolean {
    return this.#isExecuting() || this.#held.size > 0;
  }

  /** The kernel process has granted a turn. */
  turnGranted(turn: number): void {
    const granted = this.#waiting.get(turn);
    if (granted === undefined) return;
    this.#waiting.delete(turn);
    this.#held.add(turn);
    this.#prepare().then(
      () => granted.resolve(() => this.#release(turn)),
      (error: unknown) => {
        // Code that is older than its file must not run.
        this.#release(turn);
        granted.reject(error);
      },
    );
  }

  /** The user interrupts: whoever holds a turn may have been cut off, and could not give it back. */
  interrupt(): void {
    for (const turn of this.#held) this.#release(turn);
  }

  #release(turn: number): void {
    if (!this.#held.has(turn)) return;
    // What child processes wrote meanwhile belongs to this turn.
    this.#link.send(this.#link.drain(), { type: "releaseTurn", turn });
    this.#held.delete(turn);
  }
}
