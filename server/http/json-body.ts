/** Reads bodies: JSON and nothing else. */
import type { FastifyInstance } from "fastify";
import { OrchestrationError } from "../orchestration/orchestration-error.ts";

/** Deeper JSON is refused: it could be read, but not be written again. */
const MAX_DEPTH = 500;

/** Makes an app take JSON bodies only. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, parseBody(text));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** @throws OrchestrationError BAD_REQUEST */
export function parseBody(text: string): unknown {
  if (text === "") return undefined;
  if (text.length > 2 * MAX_DEPTH && isTooDeep(text)) throw new OrchestrationError("BAD_REQUEST", `The body is nested deeper than ${MAX_DEPTH} levels.`);
  try {
    return /__proto__|\\u005f/i.test(text) ? JSON.parse(text, withoutPrototype) : JSON.parse(text);
  } catch (error) {
    if (error instanceof OrchestrationError) throw error;
    throw new OrchestrationError("BAD_REQUEST", `The body is no valid JSON: ${(error as Error).message.replace(/, "[\s\S]*" is not valid JSON$/, "")}.`);
  }
}

/** An object that is copied name by name would get another prototype by such a field. */
function withoutPrototype(name: string, value: unknown): unknown {
  if (name === "__proto__") throw new OrchestrationError("BAD_REQUEST", 'The body has a field named "__proto__", which no name may be.');
  return value;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (isInText) {
      if (letter === 0x5c) at++;
      else if (letter === 0x22) isInText = false;
    } else if (letter === 0x22) isInText = true;
    else if (letter === 0x5b || letter === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (letter === 0x5d || letter === 0x7d) depth--;
  }
  return false;
}
