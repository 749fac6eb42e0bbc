/** Writes docs/configuration.md from the engine's table of keys: `node scripts/docs/configuration-page.mjs`. Needs Node 24. */

import { writeFileSync } from "node:fs";

import { configKeys } from "../../engine/config/config-keys.ts";

const variable = (path) => `FLOWLET__${path.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join("__")}`;
const cell = (text) => text.replaceAll("|", "\\|");

/** The page's text. */
export function configurationPage() {
  const rows = [...configKeys()].map(([path, { kind, fallback, says }]) => {
    const name = kind.isFree ? `${path.join(".")}.*` : path.join(".");
    return `| \`${name}\` | ${cell(kind.isFree ? "any" : kind.expected)} | ${kind.isFree ? "" : `\`${cell(JSON.stringify(fallback))}\``} | ${cell(says)} |`;
  });
  return `# Configuration

Nothing has to be configured. What is, comes from four places; later ones win:

1. the defaults below,
2. \`~/.flowlet/config.toml\`, or the file that \`FLOWLET__USER_CONFIG_PATH\` names,
3. \`~/.flowlet/backend.toml\`, or the file that \`FLOWLET__BACKEND_CONFIG_PATH\` names,
4. environment variables: \`FLOWLET__\`, then the names of the sections and of the key, joined by two underscores.

\`\`\`toml
# ~/.flowlet/config.toml
[logging]
level = "DEBUG"

[tasks.defaults]
maxRetries = 3
retryDelay = 10_000        # milliseconds
\`\`\`

\`\`\`sh
FLOWLET__TASKS__DEFAULTS__MAX_RETRIES=5 node flow.ts
\`\`\`

Names may be written \`maxRetries\` or \`max_retries\`. A value in the environment is read as the key's kind says: \`true\`, \`1.5\`,
\`["a", "b"]\`.

It is read once, when it is first used. **What is wrong is told once on stderr, with file, line and key, and is ignored**: a key
that does not exist, a value of another kind, a file that is no TOML. Nothing stops because of it.

In code: \`config.tasks.defaults.maxRetries\` is the configuration of the process, \`context.config\` the one that holds for the running
code. A block or a run may have other values:

\`\`\`ts
context.with({ config: { logging: { level: "DEBUG" } } }, () => flow.run());
await flow.run({}, { context: { config: { flows: { checkpointing: true } } } });
\`\`\`

\`loadConfig({ variables, home, userConfigPath })\` reads one anew and returns what was wrong with it, for tests.

## Keys

| key | value | default | what it is for |
|---|---|---|---|
${rows.join("\n")}

The variable of \`${"tasks.defaults.maxRetries"}\` is \`${variable(["tasks", "defaults", "maxRetries"])}\`, and so on.

## References

A text may refer to another key, \`endpoint = "\${server.host}/api"\`, or to an environment variable, \`"\${HOSTNAME}"\`. In paths
\`$NAME\` and a leading \`~\` stand for the variable and the home folder too. Secrets are taken as they are.

## Your own keys

Under \`[user]\` is whatever you like: \`config.user.region\`. Entries under \`[context]\` are in the context everywhere, below what a
run or block says. In the environment \`FLOWLET__USER__MY_KEY\` is \`config.user.myKey\`.

## Secrets

\`\`\`toml
[context.secrets]
SLACK_WEBHOOK_URL = "https://hooks.slack.com/…"
DATABASE = '{"user": "me", "password": "…"}'
\`\`\`

or \`FLOWLET__CONTEXT__SECRETS__DATABASE\` in the environment: these names keep their case. \`new Secret("DATABASE").get()\` reads one in
a task or handler, and decodes it where it is JSON. In a flow use \`new FlowletSecret("DATABASE")\` or \`new EnvVarSecret("DB_PASSWORD")\`:
what they return is shown in no picture, log line or message, is not kept between runs, and is read again in every pass and
restart. That holds for a part of it too, and for lists and objects it is put into; what your own tasks make of it is theirs.

## Log lines

\`logging.format\` is in the language of Python's logging: \`%(asctime)s\`, \`%(levelname)-8s\`, \`%(message)s\`. The places are \`asctime\`, \`levelname\`,
\`levelno\`, \`name\`, \`message\`, \`created\`, \`msecs\`, \`process\`, \`flow_name\`, \`flow_run_id\`, \`task_name\`, \`task_slug\`, \`task_run_id\` (also in camelCase), and
the names in \`logging.logAttributes\`; what a record does not have is \`-\`. \`logging.datefmt\` is in the language of strftime.

With \`logging.format = "json"\` each record is a JSON object on a line of its own:

\`\`\`json
{"level":"INFO","time":"2026-11-23T22:40:49.000Z","name":"flowlet.add","flowName":"sums","flowRunId":"…","taskName":"add","taskSlug":"add-1","taskRunId":"…","msg":"…"}
\`\`\`

An error that was logged is its field \`err\`, with type, message and stack. Lines are written at once, in order with what the script
prints: none is lost when it crashes.

This page is written from the table in \`engine/config/config-keys.ts\` by \`node scripts/docs/configuration-page.mjs\`.
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(new URL("../../docs/configuration.md", import.meta.url), configurationPage());
