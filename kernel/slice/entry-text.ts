/** The slice of a notebook as the text of one module. */
import { decorators } from "../runtime/modules/decorators.ts";
import { transformModulePart } from "../language/transform-cell.ts";
import { child, children, nameOf, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";
import { cellScript, type CellStatement, type ImportedName } from "./cell-statements.ts";
import type { CellSlice } from "./slice-cells.ts";

/** Names the module's tasks. */
const NAMER = "flowlet$name";

/** JavaScript. The flow is its default export where a name stands for it; else it is caught while the module is evaluated. */
export function entryText({ statements, imports, reassigned, flowName }: CellSlice): string {
  const taken = Map.groupBy(statements, (statement) => statement.execution);
  const aliases = new Map<string, ImportedName & { readonly alias: string }>();
  const names = new Set<string>();
  const parts: string[] = [];
  const modules = new Set<string>();
  for (const [execution, ofCell] of taken) {
    const script = cellScript(execution);
    const indices = new Set(ofCell.map(({ index }) => index));
    for (const { runs, uses } of ofCell) {
      if (runs !== null) modules.add(runs);
      // Also those whose own declaration nobody needs.
      for (const { name, assigned } of uses.now) if (name !== null && assigned !== "no" && !imports.has(name)) names.add(name);
    }
    const importText = (declaration: SyntaxNode) => assignedImports(ofCell.find(({ node }) => node === declaration)!, reassigned, aliases, names);
    const part = transformModulePart(script.javascript, script.body, { takes: (index) => indices.has(index), importText, namer: NAMER });
    for (const name of part.names) names.add(name);
    const text = part.javascript.replace(/^[\s;]+$/gm, "").replace(/\n{2,}/g, "\n").trim();
    if (text !== "") parts.push(`// Cell [${execution.label}]\n${text}`);
  }
  const lines = [
    ...(parts.some((part) => part.includes(`${NAMER}(`)) ? [`import { nameTask as ${NAMER} } from "flowlet";`] : []),
    ...(parts.some((part) => part.includes("babelHelpers")) ? [DECORATOR_HELPERS] : []),
    ...importLines(imports, aliases),
    ...[...modules].map((specifier) => `import ${JSON.stringify(specifier)};`),
    ...(names.size === 0 ? [] : [`let ${[...names].join(", ")};`]),
    ...parts,
    ...(flowName === null ? [] : [`export { ${flowName} as default };`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Self-contained functions, so their text will do. */
const DECORATOR_HELPERS = `const babelHelpers = { ${Object.entries(decorators).map(([name, helper]) => `${name}: ${helper.toString()}`).join(", ")} };`;

/** Of names that are also assigned to: what is imported has another name, and is assigned where the declaration stood. */
function assignedImports({ imports, node }: CellStatement, reassigned: ReadonlySet<string>, aliases: Map<string, ImportedName & { readonly alias: string }>, names: Set<string>): string {
  const assignments: string[] = [];
  for (const specifier of children(node, "specifiers")) {
    const name = nameOf(child(specifier, "local")!);
    const imported = imports?.get(name);
    if (imported === undefined || !reassigned.has(name)) continue;
    const key = `${imported.specifier}\n${imported.imported}\n${imported.attributes}`;
    let known = aliases.get(key);
    if (known === undefined) aliases.set(key, (known = { ...imported, alias: `${name}$import${aliases.size + 1}` }));
    names.add(name);
    assignments.push(`${name}=${known.alias};`);
  }
  return `;${assignments.join("")}`;
}

/** One declaration for each module, and one for each name that stands for a whole module. */
function importLines(imports: CellSlice["imports"], aliases: ReadonlyMap<string, ImportedName & { readonly alias: string }>): string[] {
  const bindings = [...[...imports].map(([local, imported]) => ({ local, ...imported })), ...[...aliases.values()].map(({ alias, ...imported }) => ({ local: alias, ...imported }))];
  const lines: string[] = [];
  for (const [, ofModule] of Map.groupBy(bindings, ({ specifier, attributes }) => `${specifier}\n${attributes}`)) {
    const { specifier, attributes } = ofModule[0]!;
    const from = `from ${JSON.stringify(specifier)}${attributes};`;
    for (const { local, imported } of ofModule) if (imported === "*") lines.push(`import * as ${local} ${from}`);
    const named = ofModule.filter(({ imported }) => imported !== "*").map(({ local, imported }) => (imported === local ? local : `${/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(imported) ? imported : JSON.stringify(imported)} as ${local}`));
    if (named.length > 0) lines.push(`import { ${named.join(", ")} } ${from}`);
  }
  return lines;
}
