/** Writes docs/errors.md from the engine's table of error codes: `node scripts/docs/errors-page.mjs`. Needs Node 24. */

import { writeFileSync } from "node:fs";

import { ERRORS } from "../../engine/errors.ts";

/** Written by hand; test/engine/what-tasks-may-do-wrong.test.ts does each of it. */
const TASKS = `## What tasks may do wrong

Whatever a task does, the run goes on with the other tasks, and \`flow.run()\` returns a state.

| a task | what happens |
|---|---|
| throws | it is \`Failed\`, and what it threw is its result, as it is: an error, \`null\`, \`undefined\`, a text, a frozen object. An error whose message can not be read is told as such. Tasks that depend on it are \`TriggerFailed\`, unless their trigger lets them run: then they get what was thrown as their input |
| throws for want of an input | the same; the log line names the inputs that were not given. TypeScript's optional \`y?\` leaves no trace at run time, so a missing input is found by the type check, and is \`undefined\` where nobody checks |
| returns what can not be written down (a function, a symbol, a circle, a proxy, a getter that throws) | it is handed on as it is. Where results are kept between runs this one is kept in memory, or not at all if it can not be looked into; then the task runs again and says why |
| returns a promise, or anything with \`then\` | it is waited for. A \`then\` that throws, or can not be read, fails the task |
| never settles | with \`timeout\` it ends as \`TimedOut\`, and its \`context.signal\` is aborted. Else it runs until the flow run is cancelled (\`signal\`, the picture, an interrupt). In a script that has nothing else left to do, the run is cancelled, an error is logged that names the task, and the exit code is 13, as Node's for a promise that nothing settles |
| blocks the thread | nothing else runs meanwhile. A timeout is noticed when it lets go. In a notebook an interrupt ends it; in a script only the end of the process does |
| changes its input | values are handed on, not copied: all tasks that get the same value see the change, and one that is a plain value (\`add([1, 2])\`) is changed for later runs too. A kept result that was changed is noticed, and made anew |
| calls \`flow.run()\` of a flow that is being built | it is \`Failed\` with FLOW_RUN_IN_BUILD. In \`build\` itself the call throws. Running any other flow in a task is fine: that run is cancelled with the task, and has its own context and parameters |
| calls another task as if it were building | it is \`Failed\` with NO_ACTIVE_FLOW: \`other.run(…)\` executes a task's function right away |

| what is around a task | what happens |
|---|---|
| a state handler, or \`onFailure\`, that throws | the task is \`Failed\` (\`Unexpected error while calling state handlers: …\`). A signal is no error: it is the new state |
| a state handler that returns neither a State nor nothing | the same, and the message names the handler |
| a state handler that never settles | holds its task until the run is cancelled |
| a trigger that throws, or returns an object or a promise | the task is \`TriggerFailed\` (\`Unexpected error while checking task trigger: …\`). Triggers are not async |
| a \`terminalStateHandler\` that throws or returns no state | the flow is \`Failed\` (\`Unexpected error while running flow: …\`). It may be async; one that never settles holds the run until it is cancelled |
| an executor that does not start or stop | the same |
| a flow that grows while it runs | the run goes on with the tasks that it began with |
| \`flow.run()\` twice at once | two runs, each with its own states |

## Codes
`;

/** The page's text. */
export function errorsPage() {
  const rows = Object.entries(ERRORS).map(([code, { message, help }]) => `### ${code}\n\n> ${message}\n\n${help}\n`);
  return `# Errors

Wrong use, or a broken environment, is told by throwing a \`FlowletError\`: it has a \`code\`, a message that names the guilty
thing, what was expected and what was got, and says what to do. The outcome of *your* code is never thrown at you: a task that
throws makes a state (\`Failed\`, with what it threw as its result), and \`flow.run()\` returns.

This page is written from the table in \`engine/errors.ts\` by \`node scripts/docs/errors-page.mjs\`. \`{places}\` are filled in.

${TASKS}
${rows.join("\n")}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(new URL("../../docs/errors.md", import.meta.url), errorsPage());
