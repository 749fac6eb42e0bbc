/** What goes on in a server by itself, again and again. */
import type { Core } from "../orchestration/core.ts";

export interface Service {
  readonly name: string;
  /** Time between two passes (milliseconds). */
  readonly every: number;
  /** It judges runs by their silence: it waits until the server could have heard of them. */
  readonly judgesSilence?: boolean;
  /** One pass. A pass that fails is told, and the next one begins anew. @returns how many things it has changed (count) */
  run(core: Core): Promise<number>;
}
