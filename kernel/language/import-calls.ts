/** Import and re-export declarations as calls of the cell runtime. */
import { runtimeObject } from "./runtime-object.ts";
import { child, children, nameOf, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/**
 * `import a, { b as c } from "m"` → `await ….importStatic("m", [["default","a",v=>{a=v}], …]);`
 * @param typeOnlyNames imported names that have no value; undefined: not known @param used names that the cell refers to
 * @param runtimeName what a name is called at run time
 */
export function importCall(
  declaration: SyntaxNode,
  typeOnlyNames: ReadonlySet<string> | undefined,
  used: ReadonlySet<string>,
  runtimeName: (name: string) => string,
): string {
  const specifiers = children(declaration, "specifiers");
  const withValue = specifiers.filter((specifier) => typeOnlyNames?.has(nameOf(child(specifier, "local")!)) !== true);
  // As TypeScript does: an import of nothing but types is no import.
  if (withValue.length === 0 && specifiers.length > 0) return ";";
  const bindings = withValue.map((specifier) => {
    const local = nameOf(child(specifier, "local")!);
    const name = runtimeName(local);
    const optional = typeOnlyNames === undefined && !used.has(local) ? ",true" : "";
    return `[${JSON.stringify(importedName(specifier))},${JSON.stringify(name)},$value=>{${name}=$value}${optional}]`;
  });
  return `;await ${runtimeObject}.importStatic(${source(declaration)},[${bindings.join(",")}]${options(declaration)});`;
}

/** `export … from "m"`: its names mean nothing in a cell, but the module runs. */
export function reexportCall(declaration: SyntaxNode): string {
  return child(declaration, "source") === undefined ? ";" : `;await ${runtimeObject}.importStatic(${source(declaration)},[]${options(declaration)});`;
}

function importedName(specifier: SyntaxNode): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  return exportName(child(specifier, "imported")!);
}

/** An export's name may be a string: `import { "a-b" as c }`. */
function exportName(node: SyntaxNode): string {
  return node.type === "Literal" ? String(node["value"]) : nameOf(node);
}

function source(declaration: SyntaxNode): string {
  return JSON.stringify(child(declaration, "source")!["value"]);
}

function options(declaration: SyntaxNode): string {
  const attributes = children(declaration, "attributes");
  if (attributes.length === 0) return "";
  const pairs = attributes.map((attribute) => [exportName(child(attribute, "key")!), child(attribute, "value")!["value"]]);
  return `,{with:${JSON.stringify(Object.fromEntries(pairs))}}`;
}
