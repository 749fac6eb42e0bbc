/**
 * A file of the user's on its way into a bundle: its tasks are named as in a notebook, what asks where it is gets the place it had when it was bundled, and what can
 * not be taken along is noted. Types stay: the bundler removes them.
 */
import { pathToFileURL } from "node:url";
import { dirname } from "node:path";
import { MagicString } from "magic-string";
import { nameTasks } from "../../engine/syntax/name-tasks.ts";
import { walkModule, type WalkResult } from "../../engine/syntax/references.ts";
import { child, children, forEachChild, nameOf, parseModule, type Grammar, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/** A file as it goes into the bundle. */
export interface OwnSource {
  /** With its source map, where it is not as it was. */
  readonly contents: string;
  /** Types of parameters by name, as written: `new Parameter<number>("rows")`. */
  readonly parameterTypes: ReadonlyMap<string, string>;
  /** Texts that name its place on this machine, as they stand in it. */
  readonly places: readonly string[];
  /** What works on this machine only, or not at all, in words: line and what. */
  readonly limits: readonly string[];
  readonly hasDecorators: boolean;
}

/** By which the code of a bundle calls the engine: no user writes it. */
const NAMER = "$flowlet$name";
const REQUIRE = "$flowlet$require";

/** Something that may have to be changed; most files of packages and many of the user's have nothing. */
const INTERESTING = /\btask\s*[(<]|\bimport\s*\.\s*meta\b|\bimport\s*\(|\b__dirname\b|\b__filename\b|\bcreateRequire\b|\bParameter\s*<|@\w/;

/** Grammar of a file, by its ending. */
export function grammarOf(path: string): Grammar {
  return /\.[cm]?ts$/.test(path) ? "ts" : "tsx";
}

/** @param path of the file, absolute: what its code is told when it asks. Text with mistakes is handed on as it is: the bundler tells them */
export function ownSource(text: string, path: string, grammar = grammarOf(path)): OwnSource {
  const unchanged = { contents: text, parameterTypes: new Map(), places: [], limits: [], hasDecorators: false };
  if (!INTERESTING.test(text)) return unchanged;
  const { body, errors } = parseModule(text, grammar);
  return errors.length > 0 ? unchanged : new OwnFile(text, path, body).read();
}

class OwnFile {
  readonly #text: string;
  readonly #path: string;
  readonly #body: readonly SyntaxNode[];
  readonly #walk: WalkResult;
  readonly #output: MagicString;
  readonly #parameterTypes = new Map<string, string>();
  readonly #places = new Set<string>();
  readonly #limits = new Map<number, string>();
  /** Callees of `require("…")` that the bundler follows. */
  readonly #taken = new Set<SyntaxNode>();
  #hasDecorators = false;

  constructor(text: string, path: string, body: readonly SyntaxNode[]) {
    this.#text = text;
    this.#path = path;
    this.#body = body;
    this.#walk = walkModule(body);
    this.#output = new MagicString(text);
  }

  read(): OwnSource {
    // A file without imports and exports may be CommonJS, which an import would make something else.
    const isModule = this.#body.some(({ type }) => type === "ImportDeclaration" || type.startsWith("Export"));
    const named = nameTasks(this.#walk.variableStatements, this.#output, this.#text, { namer: isModule ? NAMER : `require("flowlet").nameTask` });
    const requires = this.#madeRequires();
    this.#visitAll(requires);
    const declared = new Set(this.#walk.variableStatements.flatMap((statement) => children(statement, "declarations")).map((declarator) => child(declarator, "id")!).filter((id) => id.type === "Identifier").map(nameOf));
    for (const { name, node } of this.#walk.references) {
      if (name === "__dirname" || name === "__filename") { if (!declared.has(name)) this.#place(node, name === "__dirname" ? dirname(this.#path) : this.#path, name); }
      else if (name === "require" && requires.has(name) && !this.#taken.has(node)) this.#output.update(node.start, node.end, REQUIRE);
    }
    // At the end, where it moves no line.
    if (named > 0 && isModule) this.#output.append(`\nimport{nameTask as ${NAMER}}from"flowlet";`);
    const map = this.#output.hasChanged() ? this.#output.generateMap({ hires: "boundary", source: this.#path, includeContent: true }).toString() : null;
    return {
      contents: this.#output.toString() + (map === null ? "" : `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}\n`),
      parameterTypes: this.#parameterTypes, places: [...this.#places], hasDecorators: this.#hasDecorators,
      limits: [...this.#limits].sort(([a], [b]) => a - b).map(([line, limit]) => `line ${line}: ${limit}`),
    };
  }

  /** Names of the top level that are made by `createRequire(import.meta.url)`. */
  #madeRequires(): ReadonlySet<string> {
    const statements = new Set(this.#body);
    const made = this.#walk.variableStatements.filter((statement) => statements.has(statement)).flatMap((statement) => children(statement, "declarations")).filter((declarator) => {
      const init = child(declarator, "init");
      return child(declarator, "id")!.type === "Identifier" && init?.type === "CallExpression" && isCreateRequire(child(init, "callee")!);
    });
    return new Set(made.map((declarator) => nameOf(child(declarator, "id")!)));
  }

  #visitAll(requires: ReadonlySet<string>): void {
    const references = new Set(this.#walk.references.map(({ node }) => node));
    const dynamic = new Set(this.#walk.dynamicImports);
    const pending = [...this.#body].reverse();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (node.type === "Decorator") this.#hasDecorators = true;
      else if (node.type === "NewExpression") this.#parameter(node);
      else if (node.type === "MemberExpression" && this.#meta(node)) continue;
      else if (node.type === "CallExpression" && this.#require(node, requires, references)) continue;
      else if (dynamic.has(node)) this.#dynamicImport(node);
      const inner: SyntaxNode[] = [];
      forEachChild(node, (one) => inner.push(one));
      pending.push(...inner.reverse());
    }
  }

  /** `new Parameter<number>("rows")` */
  #parameter(node: SyntaxNode): void {
    const callee = child(node, "callee")!;
    const name = callee.type === "Identifier" ? nameOf(callee) : child(callee, "property")?.["name"];
    const [type] = children(child(node, "typeArguments") ?? node, "params");
    const [given] = children(node, "arguments");
    if (name !== "Parameter" || type === undefined || given?.type !== "Literal" || typeof given["value"] !== "string") return;
    this.#parameterTypes.set(given["value"], this.#text.slice(type.start, type.end).replace(/\s+/g, " "));
  }

  /** `import.meta.url` and its like become the place that the file has now; the code of a bundle is never what was started. */
  #meta(node: SyntaxNode): boolean {
    if (child(node, "object")!.type !== "MetaProperty" || node["computed"] === true) return false;
    const property = child(node, "property")!["name"];
    if (property === "url") this.#place(node, pathToFileURL(this.#path).href, "import.meta.url");
    else if (property === "filename") this.#place(node, this.#path, "import.meta.filename");
    else if (property === "dirname") this.#place(node, dirname(this.#path), "import.meta.dirname");
    else if (property === "main") this.#output.update(node.start, node.end, "false");
    else this.#limit(node, `import.meta.${String(property)} is that of the bundle`);
    return true;
  }

  /** `require("./x.cjs")` of a require that the file has made itself: the bundler takes along what the plain name asks for. */
  #require(node: SyntaxNode, requires: ReadonlySet<string>, references: ReadonlySet<SyntaxNode>): boolean {
    const callee = child(node, "callee")!;
    if (isCreateRequire(callee)) {
      const [place] = children(node, "arguments");
      // Not a place that anything is read from: what is asked for is taken along.
      if (place !== undefined && requires.size > 0 && /^(import\.meta\.(url|filename)|__filename)$/.test(this.#text.slice(place.start, place.end))) {
        this.#place(place, pathToFileURL(this.#path).href, null);
        return true;
      }
    }
    if (callee.type !== "Identifier" || !requires.has(nameOf(callee)) || !references.has(callee)) return false;
    const [specifier] = children(node, "arguments");
    if (specifier?.type !== "Literal") {
      this.#limit(node, `${this.#text.slice(node.start, node.end).slice(0, 60)} is not taken along: what it asks for is not written out`);
      return false;
    }
    this.#output.update(callee.start, callee.end, "require");
    this.#taken.add(callee);
    return true;
  }

  #dynamicImport(node: SyntaxNode): void {
    const source = child(node, "source")!;
    if (source.type === "Literal" || (source.type === "TemplateLiteral" && children(source, "quasis")[0]?.["value"] !== undefined && /^`\.\.?\//.test(this.#text.slice(source.start, source.end)))) return;
    this.#limit(node, `${this.#text.slice(node.start, node.end).slice(0, 60)} is not taken along: what it imports is not written out`);
  }

  /** @param asked null: nothing is read from there */
  #place(node: SyntaxNode, value: string, asked: string | null): void {
    const literal = JSON.stringify(value);
    this.#places.add(literal);
    this.#output.update(node.start, node.end, literal);
    if (asked !== null) this.#limit(node, `${asked} is ${value}, where the file is now; files beside it are not taken along`);
  }

  #limit(node: SyntaxNode, limit: string): void {
    const line = this.#text.slice(0, node.start).split("\n").length;
    if (!this.#limits.has(line)) this.#limits.set(line, limit);
  }
}

/** `createRequire`, `module.createRequire` */
function isCreateRequire(callee: SyntaxNode): boolean {
  return callee.type === "Identifier" ? nameOf(callee) === "createRequire" : callee.type === "MemberExpression" && child(callee, "property")?.["name"] === "createRequire";
}
