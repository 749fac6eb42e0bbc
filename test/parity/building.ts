/** Builds a scenario's flows and compares what threw. */
import { Flow, type Task } from "../../engine/index.ts";
import { compareThrown, type Difference } from "./comparison.ts";
import { makeFailureCallback, makeHandler, makeTerminalStateHandler } from "./handlers.ts";
import type { Scenario } from "./scenario.ts";
import { runStep } from "./steps.ts";
import type { Session } from "./session.ts";

/** @returns whether the scenario may run: no step threw that must not */
export function build(session: Session, scenario: Scenario, differences: Difference[]): boolean {
  const { name = "flow", stateHandlers = [], onFailure, terminalStateHandler } = scenario.flow ?? {};
  const flow = new Flow(name, {
    stateHandlers: stateHandlers.map((literal) => makeHandler(session, literal, () => "flow")),
    ...(onFailure === true ? { onFailure: makeFailureCallback(session, () => "flow") } : {}),
    ...(terminalStateHandler === undefined ? {} : { terminalStateHandler: makeTerminalStateHandler(terminalStateHandler) }),
  });
  session.flows.set("main", flow);
  const thrown = new Map<number, unknown>();
  let ended = false;
  flow.build(() => {
    for (const [index, step] of scenario.build.entries()) {
      try {
        runStep(session, step);
      } catch (error) {
        thrown.set(index, error);
        ended = step.try !== true;
        if (ended) break;
      }
    }
  });
  const expected = new Map((scenario.buildErrors ?? []).map(({ step, throws }) => [step, throws]));
  for (const index of new Set([...thrown.keys(), ...expected.keys()])) {
    const where = `build[${index}] ${scenario.build[index]?.op}`;
    compareThrown(where, expected.get(index), thrown.has(index) ? { error: thrown.get(index) } : null, differences);
  }
  if (scenario.observe?.includes("transitions") === true) observe(session);
  return !ended;
}

/** Puts a recording handler in front on every task. */
function observe(session: Session): void {
  const tasks = new Set<Task>([...session.flows.values()].flatMap((flow) => [...flow.tasks]));
  for (const task of tasks) {
    const record = makeHandler(session, { kind: "record" }, () => session.idOf(task) ?? task.name);
    task.configure({ stateHandlers: [record, ...task.stateHandlers] });
  }
}
