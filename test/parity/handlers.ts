/** States, state handlers and callbacks that scenarios describe. */
import { STATE_CLASSES, context, type FailureCallback, type State, type StateHandler, Failed } from "../../engine/index.ts";
import { ScenarioError, makeSignal, type SignalFields } from "./errors.ts";
import type { HandlerLiteral, StateLiteral } from "./scenario.ts";
import { childKey, type Session } from "./session.ts";

/** The state that a literal describes. */
export function makeState(literal: StateLiteral): State {
  const stateClass = STATE_CLASSES[literal.type as keyof typeof STATE_CLASSES] as unknown as new (message: string | null, result: unknown, options: object) => State;
  if (stateClass === undefined) throw new Error(`Unknown state: ${literal.type}.`);
  const at = (milliseconds: number) => new Date(Date.now() + milliseconds);
  return new stateClass(literal.message ?? null, literal.result, {
    ...(literal.startInMs === undefined ? {} : { startTime: at(literal.startInMs) }),
    ...(literal.runCount === undefined ? {} : { runCount: literal.runCount }),
    ...(literal.expiresInMs === undefined ? {} : { cachedResultExpiration: at(literal.expiresInMs) }),
  });
}

function append(lists: Map<string, string[]>, key: string, entry: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [entry]);
  else list.push(entry);
}

/** Where a handler's records of a task go: to the child that it is called for. */
const subjectKey = (id: string) => childKey(id, context.mapIndex ?? null);

/** @param idOf id of the handler's subject, known once the scenario is built */
export function makeHandler(session: Session, literal: HandlerLiteral, idOf: (subject: any) => string): StateHandler<any> {
  const { kind, on, label } = literal;
  return (subject, oldState, newState) => {
    if (kind === "record") return append(session.transitions, subjectKey(idOf(subject)), `${label === undefined ? "" : `${label}:`}${oldState.type}->${newState.type}`);
    if (kind === "none" || newState.type !== on) return undefined;
    switch (kind) {
      case "replace": return makeState(literal.with as StateLiteral);
      case "throw": throw new ScenarioError(literal.message ?? "");
      case "signal": throw makeSignal(literal as unknown as SignalFields);
      default: throw new Error(`Unknown kind of state handler: ${kind}.`);
    }
  };
}

/** Records the class of each state that it gets. */
export function makeFailureCallback(session: Session, idOf: (subject: any) => string): FailureCallback<any> {
  return (subject, state) => append(session.failures, idOf(subject), state.type);
}

/** Decides about the flow's last state. */
export function makeTerminalStateHandler(literal: HandlerLiteral): (flow: unknown, state: State, referenceStates: readonly State[]) => State | undefined {
  return (_, state, referenceStates) => {
    switch (literal.kind) {
      case "none": return undefined;
      case "replace": return makeState(literal.with as StateLiteral);
      case "summarize":
        state.message = referenceStates.map((one) => one.type).sort().join(",");
        return state;
      case "fail_if_any": return referenceStates.some((one) => one.type === literal.type) ? new Failed(literal.message ?? null, state.result) : undefined;
      default: throw new Error(`Unknown kind of terminal state handler: ${literal.kind}.`);
    }
  };
}
