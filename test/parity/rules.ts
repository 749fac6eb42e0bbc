/** Rules by which Flowlet differs from the original on purpose; each is a line of docs/differs.md. */
import type { Difference } from "./comparison.ts";
import type { Scenario, Step } from "./scenario.ts";

export interface Rule {
  readonly name: string;
  /** Why ours is better for the user. */
  readonly reason: string;
  /** Is it this rule that makes the scenario differ? */
  readonly applies: (scenario: Scenario, differences: readonly Difference[]) => boolean;
}

/** All steps, those of blocks too. */
function* allSteps(steps: readonly Step[]): Iterable<Step> {
  for (const step of steps) {
    yield step;
    if (Array.isArray(step.body)) yield* allSteps(step.body as readonly Step[]);
  }
}

const uses = (scenario: Scenario, wanted: (step: Step) => boolean) => [...allSteps(scenario.build)].some(wanted);
const FAILURES = new Set(["Failed", "TimedOut", "TriggerFailed", "ValidationFailed"]);
const COMPARING = new Set(["case", "switch", "ifelse"]);
const TRUTH_OPERATORS = new Set(["equal", "notEqual", "and", "or", "not"]);
const NUMBER_OPERATORS = new Set(["+", "-", "*", "/", "//", "%", "**", ">", ">=", "<", "<="]);

/** A set of labels or an object of slugs, whatever notation the values in its names have. */
function withoutNotation(answer: unknown): string {
  const text = (value: unknown) => JSON.stringify(value).replaceAll(/\bTrue\b/g, "true").replaceAll(/\bFalse\b/g, "false").replaceAll(/\bNone\b/g, "null").replaceAll(/\\"|'/g, "'").replaceAll(/\s/g, "");
  const record = typeof answer === "object" && answer !== null && !Array.isArray(answer) ? Object.entries(answer) : answer;
  return Array.isArray(record) ? record.map((entry) => text(Array.isArray(entry) || typeof entry !== "object" ? entry : Object.entries(entry as object).sort())).sort().join() : text(record);
}

export const RULES: readonly Rule[] = [
  {
    name: "equality and truth are JavaScript's",
    reason: "1 is not true, and an empty list is truthy, in a condition as in the code around it.",
    applies: (scenario) => scenario.languageSpecific === true && uses(scenario, (step) => COMPARING.has(step.op) || TRUTH_OPERATORS.has(step.operator)),
  },
  {
    name: "numbers are JavaScript's",
    reason: "1 / 0 is Infinity and no error, in an operator as in the code around it.",
    applies: (scenario) => scenario.languageSpecific === true && uses(scenario, (step) => NUMBER_OPERATORS.has(step.operator)),
  },
  {
    name: "names of generated tasks write values as JavaScript does",
    reason: "A name reads like the code it comes from: case(true), not case(True).",
    applies: (_, differences) => differences.every(({ where, expected, got }) => where.startsWith("graph[") && withoutNotation(expected) === withoutNotation(got)),
  },
  {
    name: "a failed input of a mapping is never lost",
    reason: "Mapping over several inputs one of which failed without a result makes children that fail their triggers; none at all would let the flow succeed.",
    applies: (scenario, differences) => differences.some(({ where, expected, got }) => {
      const run = /^run (\d+) .* number of children$/.exec(where);
      if (run === null || expected !== 0 || Number(got) === 0) return false;
      return Object.values(scenario.runs?.[Number(run[1]) - 1]?.expect.tasks ?? {}).some(({ type, result }) => FAILURES.has(type) && (result === null || result === undefined));
    }),
  },
  {
    name: "a retry is done whatever follows it",
    reason: "The original gives up a retry when the last tasks are finished without it, e.g. by a state they were given.",
    applies: (scenario, differences) => differences.some(({ where, expected, got }) => {
      const run = /^run (\d+) .* type$/.exec(where);
      return run !== null && expected === "Retrying" && got !== "Retrying" && scenario.runs?.[Number(run[1]) - 1]?.mode !== "pass";
    }),
  },
  {
    name: "a replaced task keeps its constant inputs",
    reason: "An input is an input: the original forgets those that are plain values.",
    applies: (scenario) => {
      const replaced = new Set([...allSteps(scenario.build)].filter((step) => step.op === "replace").map((step) => step.old as string));
      return uses(scenario, (step) => replaced.has(step.id as string) && Object.values((step.args ?? {}) as object).some((argument) => typeof argument !== "object" || argument === null || Array.isArray(argument)));
    },
  },
  {
    name: "destructuring needs no nout",
    reason: "A pattern knows how many parts it asks for.",
    applies: (_, differences) => differences.every(({ where, got }) => /^build\[\d+\] unpack$/.test(where) && got === "nothing thrown"),
  },
];

export function ruleFor(scenario: Scenario, differences: readonly Difference[]): Rule | undefined {
  return RULES.find((rule) => rule.applies(scenario, differences));
}
