/** What JupyterLab is started with: the user's own arguments and what they leave open. */

import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { CHECKOUT } from "../setup/checkout.mjs";
import { SetupError } from "../setup/setup-error.mjs";

const FIRST_EXAMPLE = join("examples", "01-thinking-prefectly.ipynb");

/**
 * @param {string[]} given - the user's arguments, all of which JupyterLab gets
 * @returns {Promise<string[]>} the arguments for `python -m jupyterlab`
 * @throws {SetupError} when the port that is asked for is none, or in use
 */
export async function jupyterArguments(given) {
  const args = [...given];
  const port = optionValue(given, ["--port", "--ServerApp.port"]);
  if (port !== undefined) {
    const host = optionValue(given, ["--ip", "--ServerApp.ip"]) ?? "localhost";
    await requireFreePort(port, host);
    // Without this JupyterLab would take another port than the one asked for.
    if (optionValue(given, ["--ServerApp.port_retries"]) === undefined) args.push("--ServerApp.port_retries=0");
  }
  if (process.getuid?.() === 0 && !given.includes("--allow-root")) args.push("--allow-root");
  // npm runs scripts in the checkout: a path is meant from where the user is.
  const from = process.env.INIT_CWD ?? process.cwd();
  const place = given.findIndex((arg) => !arg.startsWith("-") && existsSync(resolve(from, arg)));
  if (place >= 0) {
    args[place] = resolve(from, args[place]);
  } else {
    if (optionValue(given, ["--ServerApp.root_dir", "--notebook-dir"]) === undefined) args.push(`--ServerApp.root_dir=${CHECKOUT}`);
    if (existsSync(join(CHECKOUT, FIRST_EXAMPLE))) args.push(FIRST_EXAMPLE);
  }
  return args;
}

/** The last value of an option that is written `--name value` or `--name=value`. */
function optionValue(args, names) {
  let value;
  args.forEach((arg, index) => {
    for (const name of names) {
      if (arg === name) value = args[index + 1] ?? "";
      else if (arg.startsWith(`${name}=`)) value = arg.slice(name.length + 1);
    }
  });
  return value;
}

async function requireFreePort(text, host) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new SetupError(`A port is a number from 0 to 65535, and "${text}" is none.`, "Give one, as in: npm start -- --port 8899");
  }
  const server = createServer();
  const error = await new Promise((done) => {
    server.once("error", done);
    server.listen({ port, host: host === "*" ? undefined : host, exclusive: true }, () => done(undefined));
  });
  await new Promise((done) => (server.listening ? server.close(done) : done(undefined)));
  if (error === undefined) return;
  if (error.code === "EADDRINUSE") {
    throw new SetupError(`Port ${port} is in use by another program.`, "Give another port, or leave --port away: then the next free one from 8888 on is taken.");
  }
  if (error.code === "EACCES") throw new SetupError(`Port ${port} is reserved for the system.`, "Give a port above 1023.");
  throw new SetupError(`Nothing can listen on ${host}:${port} (${error.message}).`, "Give another --ip or --port.");
}
