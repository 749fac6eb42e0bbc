/**
 * A local file as JavaScript for Node: TypeScript translated, tasks named as in cells. Loaded only when the first such file is: it
 * brings the parser along.
 */
import { MagicString } from "magic-string";
import { EditedText } from "../../language/edited-text.ts";
import { eraseTypes } from "../../language/erase-types.ts";
import { nameTasks } from "../../../engine/syntax/name-tasks.ts";
import { walkModule } from "../../../engine/syntax/references.ts";
import { runtimeObject } from "../../language/runtime-object.ts";
import { composeSourceMap } from "../../language/source-map.ts";
import { parseModule, type CellGrammar } from "../../../engine/syntax/syntax-tree.ts";

/**
 * @param url names the file in the source map @throws SyntaxError that names file, line and column
 */
export function translateModule(source: string, path: string, url: string): string {
  const text = source.replace(/^\uFEFF/, "");
  const grammar: CellGrammar = path.endsWith("x") ? "tsx" : "ts";
  const { errors } = parseModule(text, grammar);
  if (errors[0] !== undefined) {
    const before = text.slice(0, errors[0].labels[0]?.start ?? 0).split("\n");
    const error = new SyntaxError(`${errors[0].message} (${path}:${before.length}:${before.at(-1)!.length + 1})`);
    // The mistake is there, not where it was found.
    error.stack = `${error.name}: ${error.message}\n    at ${url}:${before.length}:${before.at(-1)!.length + 1}`;
    throw error;
  }
  const erased = eraseTypes(text, grammar);
  const output = new MagicString(erased.javascript);
  const makesTasks = /\btask\s*[(<]/.test(erased.javascript);
  if (makesTasks) {
    const { variableStatements } = walkModule(parseModule(erased.javascript, "js").body);
    nameTasks(variableStatements, output, erased.javascript, { namer: `${runtimeObject}?.name` });
  }
  const began = grammar === "tsx" || /=>|\bfunction\b|\bclass\b|\)\s*\{/.test(erased.javascript) ? `globalThis[Symbol.for("flowlet.cell")]?.began?.();` : "";
  if (erased.sourceMap === undefined && !makesTasks) return began + erased.javascript;
  const map = composeSourceMap(output, { erased: erased.sourceMap, erasedFrom: new EditedText(text, []), sourceUrl: url });
  const inline = map === undefined ? "" : `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  // The names of oxc's decorator helpers, which live in the cell runtime.
  const helpers = /\bbabelHelpers\b/.test(erased.javascript) ? `const babelHelpers=globalThis[Symbol.for("flowlet.cell")].decorators;` : "";
  return `${began}${helpers}${output.toString()}${inline}`;
}

/** A JavaScript module whose tasks are named. Text with mistakes stays as it is: Node tells them. @param url names the file in the source map */
export function nameModule(source: string, url: string): string {
  const { body, errors } = parseModule(source, "js");
  const output = new MagicString(source);
  if (errors.length > 0 || nameTasks(walkModule(body).variableStatements, output, source, { namer: `${runtimeObject}?.name` }) === 0) return source;
  const map = output.generateMap({ hires: "boundary", source: url, includeContent: true }).toString();
  return `${output.toString()}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}
