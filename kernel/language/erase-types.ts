/**
 * TypeScript to JavaScript. Types are blanked in place, so that every position stays; only syntax that emits code (enum,
 * namespace, parameter properties, decorators, JSX, `import x = …`, `<T>x`) is printed anew, with a source map.
 */
import { SourceMap, stripTypeScriptTypes } from "node:module";
import { transformSync } from "oxc-transform";
import { forEachChild, parseModule, type CellGrammar, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/** JavaScript, and where it comes from. */
export interface ErasedText {
  readonly javascript: string;
  /** From `javascript` to the TypeScript text; undefined where positions are the same. */
  readonly sourceMap?: SourceMap;
}

/**
 * @param text TypeScript without syntax errors @param grammar "tsx" when it holds JSX
 * @throws SyntaxError with oxc's message when neither way works
 */
export function eraseTypes(text: string, grammar: CellGrammar): ErasedText {
  if (grammar === "ts") {
    const javascript = stripInPlace(text);
    if (javascript !== undefined) return { javascript };
  }
  const { code, map, errors } = transformSync("cell.ts", text, {
    lang: grammar,
    sourceType: "module",
    target: "esnext",
    sourcemap: true,
    typescript: { onlyRemoveTypeImports: true },
    decorator: { legacy: true },
    // A const enum of the declaration file, which cannot be named here.
    helpers: { mode: "External" as never },
    jsx: { runtime: "automatic" },
  });
  const error = errors.find(({ severity }) => severity === "Error");
  if (error !== undefined) throw new SyntaxError(error.message);
  if (map === undefined) return { javascript: code };
  return { javascript: code, sourceMap: new SourceMap({ ...map, file: "cell.ts", version: 3, sourceRoot: "", sourcesContent: [] }) };
}

function stripInPlace(text: string): string | undefined {
  // A decorator passes the stripper unchanged, and V8 does not know it.
  if (text.includes("@") && hasDecorator(parseModule(text, "ts").body)) return undefined;
  try {
    const javascript = stripQuietly(text);
    return javascript.length === text.length ? javascript : undefined;
  } catch {
    return undefined;
  }
}

let warned = false;

/** The first call warns that the function is experimental; the version of Node is pinned, and users cannot act on it. */
function stripQuietly(text: string): string {
  if (warned) return stripTypeScriptTypes(text, { mode: "strip" });
  warned = true;
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text, { mode: "strip" });
  } finally {
    process.emitWarning = emitWarning;
  }
}

function hasDecorator(body: readonly SyntaxNode[]): boolean {
  const pending = [...body];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (node.type === "Decorator") return true;
    forEachChild(node, (inner) => void pending.push(inner));
  }
  return false;
}
