/** Writes docs/errors.md from the engine's table of error codes: `node scripts/docs/errors-page.mjs`. Needs Node 24. */

import { writeFileSync } from "node:fs";

import { ERRORS } from "../../engine/errors.ts";

/** The page's text. */
export function errorsPage() {
  const rows = Object.entries(ERRORS).map(([code, { message, help }]) => `### ${code}\n\n> ${message}\n\n${help}\n`);
  return `# Errors

Wrong use, or a broken environment, is told by throwing a \`FlowletError\`: it has a \`code\`, a message that names the guilty
thing, what was expected and what was got, and says what to do. The outcome of *your* code is never thrown at you: a task that
throws makes a state (\`Failed\`, with what it threw as its result), and \`flow.run()\` returns.

This page is written from the table in \`engine/errors.ts\` by \`node scripts/docs/errors-page.mjs\`. \`{places}\` are filled in.

${rows.join("\n")}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(new URL("../../docs/errors.md", import.meta.url), errorsPage());
