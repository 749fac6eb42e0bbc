/**
 * A process that evaluates translated cells as the user process does: its own inspector session, in REPL mode, with the real module
 * loader. Answers over IPC with what `inspect` shows of the result.
 */
import { Session } from "node:inspector";
import { inspect } from "node:util";
import { createModules } from "../../kernel/runtime/modules/modules.ts";

const modules = createModules({ directory: process.argv[2]! });
const named: string[] = [];
const name = (_value: unknown, constant: string) => void named.push(constant);
Object.defineProperty(globalThis, Symbol.for("flowlet.cell"), { value: Object.assign(modules, { name }) });
(globalThis as { namedTasks?: string[] }).namedTasks = named;

const session = new Session();
session.connect();

process.on("message", async (javascript: string) => {
  try {
    const reloaded = await modules.reloadChanged();
    const { result, exceptionDetails } = await evaluate(javascript);
    if (exceptionDetails !== undefined) {
      const { exception, text } = exceptionDetails;
      process.send!({ error: exception?.description ?? exception?.value ?? text, reloaded });
    } else process.send!({ value: result.type === "undefined" ? undefined : inspect(await valueOf(result)), reloaded });
  } catch (error) {
    process.send!({ error: String(error), reloaded: [] });
  }
});

function evaluate(expression: string): Promise<import("node:inspector").Runtime.EvaluateReturnType> {
  return new Promise((resolve, reject) => {
    session.post("Runtime.evaluate", { expression, replMode: true, awaitPromise: true }, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

/** The value itself, through a function of this realm. */
async function valueOf(result: import("node:inspector").Runtime.RemoteObject): Promise<unknown> {
  if (result.objectId === undefined) return result.unserializableValue === undefined ? result.value : result.description;
  const holder = globalThis as { held?: unknown };
  await new Promise<void>((resolve) =>
    session.post("Runtime.callFunctionOn", { functionDeclaration: "function () { globalThis.held = this; }", objectId: result.objectId! }, () => resolve()),
  );
  const { held } = holder;
  delete holder.held;
  return held;
}
