/** What the server does, without how it is asked: a method for each operation of the API, and the events of what changed. */
import type { OperationInput, OperationOutput } from "../api/operation.ts";
import type { OperationId, Operations } from "../api/operations.ts";
import type { ServerEvent } from "../api/schemas/event.ts";

/** An event with its place in the order. */
export interface NumberedEvent {
  /** Grows; also over restarts of the server. */
  readonly id: number;
  readonly event: ServerEvent;
}

/** One method for each operation; each throws {@link OrchestrationError} for what it refuses. */
export type OrchestrationMethods = { readonly [Id in OperationId]: (input: OperationInput<Operations[Id]>) => Promise<OperationOutput<Operations[Id]>> };

export interface Orchestration extends OrchestrationMethods {
  /** Id of the newest event that listeners were told; 0 before the first. */
  readonly lastEventId: number;
  /**
   * Tells what changes from now on, after it is durable.
   * @param after id of the last event that the listener knows: it is told what it missed, or `reset` where that is no longer known
   * @returns stops it
   */
  subscribe(listener: (event: NumberedEvent) => void, after?: number): () => void;
  /** Ends what goes on by itself, and closes the database. */
  close(): Promise<void>;
}
