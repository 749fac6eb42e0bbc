/** What `flowlet run` is told. */
import type { Values } from "./key-values.ts";

/** All optional, as commander gives them. */
export interface RunCommandOptions {
  readonly path?: string;
  readonly name?: string;
  readonly project?: string;
  readonly param?: Values;
  readonly paramFile?: string;
  readonly context?: Values;
  readonly label?: readonly string[];
  readonly runName?: string;
  readonly idempotencyKey?: string;
  readonly at?: string;
  readonly logLevel?: string;
  readonly schedule?: boolean;
  readonly watch?: boolean;
  readonly quiet?: boolean;
  readonly logs: boolean;
  readonly json?: boolean;
}
