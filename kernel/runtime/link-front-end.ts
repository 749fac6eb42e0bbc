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
  readonly #turns = new Map<number, () => void>();
  #numbered = 0;
  #held = 0;

  /** @param isExecuting does a cell execute right now? */
  constructor(link: MainLink, stacks: CellStacks, isExecuting: () => boolean) {
    this.#link = link;
    this.#isExecuting = isExecuting;
    this.#stacks = stacks;
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

  updateDisplay({ data, metadata = {}, displayId }: DisplayBundle & { readonly displayId: string }): void {
    this.#link.send({ type: "updateDisplay", execution: currentExecution(), bundle: { data, metadata, displayId } });
  }

  takeTurn(): Promise<() => void> {
    const turn = ++this.#numbered;
    return new Promise((resolve) => {
      let released = false;
      this.#turns.set(turn, () => {
        this.#held++;
        resolve(() => {
          if (released) return;
          released = true;
          this.#held--;
          // What child processes wrote meanwhile belongs to this turn.
          this.#link.fence();
          this.#link.send({ type: "releaseTurn", turn });
        });
      });
      this.#link.send({ type: "takeTurn", turn });
    });
  }

  describeError(error: unknown): string {
    return describeError(error, this.#stacks).traceback.join("\n");
  }

  isBusy(): boolean {
    return this.#isExecuting() || this.#held > 0;
  }

  /** The kernel process has granted a turn. */
  turnGranted(turn: number): void {
    const granted = this.#turns.get(turn);
    this.#turns.delete(turn);
    granted?.();
  }
}
