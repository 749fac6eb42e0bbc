/** What the user can do in a picture, and what a picture is connected to. Implemented by who embeds the picture. */
import type { FlowAction, TaskDetails } from "../protocol/comm-messages.ts";

/** Is the picture live, and if not, why. */
export interface Connection {
  readonly live: boolean;
  /** One sentence for a picture that is not live: why its buttons do nothing and what to do. */
  readonly reason?: string;
  /** The flow was created again and this picture shows the older one. */
  readonly replaced?: boolean;
}

/** Asked of the kernel. */
export interface ViewActions {
  /** Absent: this page can not; it only shows. @param nodeId - needed by all but `run` */
  run?(action: FlowAction, nodeId?: string): void;
  cancel?(): void;
  /** Stores the flow on the server; resolves when that is done, or was told. Absent: this page can not. @param project - absent: the one that was used last */
  register?(project?: string): Promise<void>;
  /** @throws Error with a sentence for the panel */
  details(nodeId: string): Promise<TaskDetails>;
}

/** A line below the toolbar: what became of an action. */
export interface Notice {
  readonly kind: "info" | "error";
  readonly text: string;
}
