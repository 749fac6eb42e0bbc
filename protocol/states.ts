/**
 * The states of task runs and flow runs: one table, shared by the engine (classes), the picture (colour, icon) and the
 * server (columns). Hierarchy and colours are Prefect's (prefect.engine.state).
 */

/** What the table knows of one state. */
export interface StateInfo {
  /** The state this one is a kind of; `null` for the root. */
  readonly parent: StateName | null;
  /** Prefect's colour, `#rrggbb`. */
  readonly color: string;
  /** One character that stands for the state where colour alone would not do. */
  readonly icon: string;
}

/** Name of every state, also its class name in the engine. */
export type StateName =
  | "State" | "Pending" | "Scheduled" | "Paused" | "Resume" | "Retrying" | "ClientFailed" | "Submitted" | "Queued"
  | "Running" | "Cancelling" | "Finished" | "Looped" | "Success" | "Cached" | "Mapped" | "Skipped" | "Failed"
  | "TimedOut" | "TriggerFailed" | "ValidationFailed" | "Cancelled" | "MetaState";

/** The state table. Order: general before special. */
export const STATES: { readonly [Name in StateName]: StateInfo } = {
  State: { parent: null, color: "#696969", icon: "·" },
  Pending: { parent: "State", color: "#7ebdff", icon: "○" },
  Scheduled: { parent: "Pending", color: "#ffab00", icon: "◷" },
  Paused: { parent: "Scheduled", color: "#99a8e8", icon: "‖" },
  Resume: { parent: "Scheduled", color: "#f58c0c", icon: "▷" },
  Retrying: { parent: "Scheduled", color: "#f66a0a", icon: "↻" },
  MetaState: { parent: "State", color: "#696969", icon: "·" },
  ClientFailed: { parent: "MetaState", color: "#eb0000", icon: "✕" },
  Submitted: { parent: "MetaState", color: "#ffdf5d", icon: "⇡" },
  Queued: { parent: "MetaState", color: "#ffea7f", icon: "≡" },
  Running: { parent: "State", color: "#3d67ff", icon: "▶" },
  Cancelling: { parent: "Running", color: "#e8e8e8", icon: "◌" },
  Finished: { parent: "State", color: "#003ccb", icon: "●" },
  Looped: { parent: "Finished", color: "#003ccb", icon: "∞" },
  Success: { parent: "Finished", color: "#28a745", icon: "✓" },
  Cached: { parent: "Success", color: "#34d058", icon: "≋" },
  Mapped: { parent: "Success", color: "#003ccb", icon: "⋔" },
  Skipped: { parent: "Success", color: "#62757f", icon: "»" },
  Failed: { parent: "Finished", color: "#eb0000", icon: "✕" },
  TimedOut: { parent: "Failed", color: "#ff4e33", icon: "⧖" },
  TriggerFailed: { parent: "Failed", color: "#ff5131", icon: "⊘" },
  ValidationFailed: { parent: "Failed", color: "#ff5131", icon: "!" },
  Cancelled: { parent: "Finished", color: "#bdbdbd", icon: "■" },
};

/** Is `name` the state `ancestor` or a kind of it? Unknown names are kinds of nothing. */
export function isStateKind(name: string, ancestor: StateName): boolean {
  for (let at: string | null = name; at !== null; at = STATES[at as StateName]?.parent ?? null) {
    if (at === ancestor) return true;
  }
  return false;
}

/** Is `name` a state of the table? For data that comes from outside. */
export function isStateName(name: unknown): name is StateName {
  return typeof name === "string" && Object.hasOwn(STATES, name);
}
