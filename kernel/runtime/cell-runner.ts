/** Runs one cell at a time in the user process, from the execute message to the finished one. */
import type { DisplayBundle, NotebookFlows } from "../flows/front-end.ts";
import { declaredNames } from "../language/declared-names.ts";
import type { ExpressionReply, FromMain, LinkError, Payload, ToMain } from "../user-process/link.ts";
import type { CellExecution, CellHistory } from "../slice/cell-history.ts";
import { cellContext, type CellContext } from "./cell-context.ts";
import type { CellStacks } from "./cell-stacks.ts";
import { describeError } from "./describe-error.ts";
import type { Evaluator, Outcome } from "./evaluator.ts";
import { makeAwaitsInterruptible } from "./interruptible-awaits.ts";
import type { MainLink } from "./main-link.ts";
import type { EvaluatedCell } from "./notebook-code.ts";
import type { ValueDisplay } from "./value-display.ts";

type ExecuteMessage = Extract<ToMain, { type: "execute" }>;

interface RunningCell {
  readonly message: ExecuteMessage;
  readonly context: CellContext;
  readonly executed: CellExecution;
  readonly payload: Payload[];
  /** Displays that are not settled. */
  readonly pending: Set<Promise<void>>;
}

/** What a cell runner is made of. */
export interface CellRunnerOptions {
  readonly link: MainLink;
  readonly flows: () => NotebookFlows;
  readonly evaluator: Evaluator;
  readonly stacks: CellStacks;
  readonly values: ValueDisplay;
  readonly history: CellHistory;
  /** Is an interrupt on its way that the main thread has not answered? */
  readonly interruptPending: () => boolean;
  /** Called before each cell: loads modules that have changed anew. A rejection fails the cell. */
  readonly prepare: () => Promise<void>;
}

/** The cell that runs. */
export class CellRunner {
  readonly #options: CellRunnerOptions;
  #current: RunningCell | undefined;
  /** The cell whose first statements run right now. */
  evaluating: EvaluatedCell | undefined;

  constructor(options: CellRunnerOptions) {
    this.#options = options;
  }

  /** Number of the execution that runs. */
  get executing(): number | undefined {
    return this.#current?.message.execution;
  }

  /** Runs a cell; the finished message follows, however it ends. */
  execute(message: ExecuteMessage): void {
    const context: CellContext = { execution: message.execution, allowStdin: message.allowStdin, interrupted: false };
    const { history } = this.#options;
    if (message.deletedCells.length > 0) history.forget(message.deletedCells);
    const executed = history.begin({ cellId: message.cell.id, label: message.label, code: message.code, sourceUrl: message.sourceUrl });
    const cell: RunningCell = { message, context, executed, payload: [], pending: new Set() };
    this.#current = cell;
    this.#options.stacks.add(message.sourceUrl, message.label, declaredNames(message.javascript), message.sourceMap);
    cellContext.run(context, () => {
      const failed = (error: unknown) => this.#failed(cell, error);
      try {
        if (message.deletedCells.length > 0) this.#options.flows().forgetCells(message.deletedCells);
        this.#options.prepare().then(() => this.#evaluate(cell)).catch(failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  /** The user interrupts: ends the cell. What it awaits goes on in the background; nobody waits for it. */
  interrupt(): void {
    const cell = this.#current;
    if (cell === undefined) return;
    cell.context.interrupted = true;
    const ename = "KeyboardInterrupt";
    this.#finish(cell, { ename, evalue: "", traceback: [`${ename}: Cell [${cell.message.label}] was interrupted`] });
  }

  /** The cell must not end before this has settled. Outside cells there is nothing to wait; a rejection is shown all the same. */
  waitFor(pending: Promise<void>): void {
    const cell = this.#current;
    if (cell === undefined || cellContext.getStore() !== cell.context) {
      pending.catch((error: unknown) => this.showLateError(error));
      return;
    }
    cell.pending.add(pending);
    pending.catch(() => {});
  }

  addPayload(payload: Payload): void {
    if (this.#current !== undefined && cellContext.getStore() === this.#current.context) this.#current.payload.push(payload);
  }

  /** Something failed outside of any evaluation: in a timer, in a promise that nobody awaits. */
  showLateError(error: unknown): void {
    const { link, stacks } = this.#options;
    link.send({ type: "lateError", execution: cellContext.getStore()?.execution ?? null, error: describeError(error, stacks) });
  }

  #evaluate(cell: RunningCell): void {
    const { evaluator, flows } = this.#options;
    if (this.#current !== cell) return;
    flows().runCell(cell.message.cell, () => {
      const javascript = makeAwaitsInterruptible(cell.message.javascript);
      this.evaluating = { sourceUrl: cell.message.sourceUrl, javascript };
      try {
        evaluator.evaluate(javascript, (outcome) => cellContext.run(cell.context, () => this.#evaluated(cell, outcome)));
      } finally {
        this.evaluating = undefined;
      }
    });
  }

  #evaluated(cell: RunningCell, outcome: Outcome): void {
    if (this.#current !== cell) return;
    try {
      if (outcome.kind === "cut") {
        // An interrupt: its answer, which is on its way, ends the cell. Or the process is ending, and never comes to this.
        if (!this.#options.interruptPending()) setImmediate(() => this.#current === cell && this.interrupt());
      } else if (outcome.kind === "thrown") {
        this.#failed(cell, outcome.value);
      } else {
        this.#succeeded(cell, outcome.value);
      }
    } catch (error) {
      this.#failed(cell, error);
    }
  }

  #succeeded(cell: RunningCell, value: unknown): void {
    const { values } = this.#options;
    const bundle = cell.message.silent || value === undefined ? undefined : values.bundleOf(value);
    const expressions = Object.keys(cell.message.expressions).length > 0;
    if (bundle instanceof Promise || cell.pending.size > 0 || expressions) {
      this.#finishLater(cell, bundle).catch((error: unknown) => this.#failed(cell, error));
    } else {
      this.#finish(cell, undefined, {}, this.#resultOf(cell, bundle));
    }
  }

  async #finishLater(cell: RunningCell, bundle: DisplayBundle | Promise<DisplayBundle> | undefined): Promise<void> {
    for (const pending of cell.pending) await pending;
    const result = this.#resultOf(cell, await bundle);
    if (result !== undefined && this.#current === cell) this.#options.link.send(result);
    const expressions: Record<string, ExpressionReply> = {};
    for (const [name, expression] of Object.entries(cell.message.expressions)) expressions[name] = await this.#expression(expression);
    this.#finish(cell, undefined, expressions);
  }

  async #expression(expression: string): Promise<ExpressionReply> {
    const { evaluator, values, stacks } = this.#options;
    try {
      const outcome = await new Promise<Outcome>((ended) => evaluator.evaluate(expression, ended));
      if (outcome.kind !== "value") throw outcome.kind === "thrown" ? outcome.value : new Error("interrupted");
      const { data, metadata = {} } = await values.bundleOf(outcome.value);
      return { status: "ok", data, metadata };
    } catch (error) {
      return { status: "error", ...describeError(error, stacks) };
    }
  }

  #resultOf(cell: RunningCell, bundle: DisplayBundle | undefined): FromMain | undefined {
    if (bundle === undefined) return undefined;
    const { data, metadata = {}, displayId } = bundle;
    const shown = displayId === undefined ? { data, metadata } : { data, metadata, displayId };
    return { type: "result", execution: cell.message.execution, bundle: shown };
  }

  #failed(cell: RunningCell, thrown: unknown): void {
    this.#finish(cell, describeError(thrown, this.#options.stacks));
  }

  #finish(cell: RunningCell, error?: LinkError, expressions: { readonly [name: string]: ExpressionReply } = {}, result?: FromMain): void {
    if (this.#current !== cell) return;
    const { link, flows } = this.#options;
    const { execution } = cell.message;
    // What child processes have written so far is the cell's, and comes before its result.
    const said: FromMain[] = result === undefined ? [link.drain()] : [link.drain(), result];
    // Said before it is noted: were this cut off between the two, the cell would be finished twice, which does no harm.
    link.send(...said, { type: "finished", execution, ...(error === undefined ? {} : { error }), expressions, payload: cell.payload });
    this.#current = undefined;
    cell.executed.state = error === undefined ? "done" : "failed";
    flows().codeChanged();
  }
}
