/** The places where the text of a class must differ in another thread. None moves a line. */
import { isNode, type SyntaxNode } from "../cache/scopes.ts";
import { PARTS } from "./function-parts.ts";

/** What is replaced, by position in the source. */
export interface Edit { readonly start: number; readonly end: number; readonly text: string }

/** All of a class. */
export interface ClassEdits {
  readonly always: readonly Edit[];
  /** Only where instances are made again without running the constructor. */
  readonly whenRevived: readonly Edit[];
  /** The source up to the constructor's parameters, which V8 calls the class's location; empty without a constructor. */
  readonly before: string;
  /** It extends something: the text takes it from `PARTS.base`. */
  readonly hasBase: boolean;
  /** Names of the private fields, with `#`. */
  readonly privateFields: readonly string[];
  readonly privateStatics: readonly string[];
}

/** @param at offset in the source of a position in the tree */
export function editClass(source: string, root: SyntaxNode, at: (position: number) => number): ClassEdits {
  const always: Edit[] = [], whenRevived: Edit[] = [];
  const privateFields: string[] = [], privateStatics: string[] = [];
  const start = (node: SyntaxNode) => at(node.start as number), end = (node: SyntaxNode) => at(node.end as number);
  const body = root.body as SyntaxNode;
  const members = body.body as SyntaxNode[];
  const { superClass } = root;
  const hasBase = isNode(superClass);
  if (hasBase) always.push({ start: start(superClass), end: end(superClass), text: `${PARTS}.base${linesOf(source.slice(start(superClass), end(superClass)))}` });
  for (const member of members) {
    // What a class computes when it is defined is not computed again: the values travel.
    if (member.type === "StaticBlock") always.push({ start: start(member), end: end(member), text: linesOf(source.slice(start(member), end(member))) });
    if (member.type !== "PropertyDefinition" && member.type !== "AccessorProperty") continue;
    const key = member.key as SyntaxNode;
    if (key.type === "PrivateIdentifier") (member.static ? privateStatics : privateFields).push(`#${String(key.name)}`);
    const { value } = member;
    if (!isNode(value)) continue;
    if (member.static) {
      const from = source.indexOf("=", end(key));
      always.push({ start: from, end: end(value), text: linesOf(source.slice(from, end(value))) });
    } else whenRevived.push({ start: start(value), end: start(value), text: `${PARTS}.reviving ? undefined : (` }, { start: end(value), end: end(value), text: ")" });
  }
  const maker = members.find((member) => member.kind === "constructor")?.value as SyntaxNode | undefined;
  if (maker !== undefined) whenRevived.push(...editConstructor(source, maker, hasBase, at));
  if (privateFields.length + privateStatics.length > 0) always.push({ start: end(body) - 1, end: end(body) - 1, text: privateSetters(privateFields, privateStatics) });
  return { always, whenRevived, before: maker === undefined ? "" : source.slice(0, start(maker)), hasBase, privateFields, privateStatics };
}

/** Line breaks alone. */
function linesOf(text: string): string {
  return text.replaceAll(/[^\n]/g, "");
}

/** The body becomes a function of its own, so that parameters are not looked at when an instance is revived. */
function editConstructor(source: string, maker: SyntaxNode, hasBase: boolean, at: (position: number) => number): Edit[] {
  const body = maker.body as SyntaxNode;
  const open = at(maker.start as number), brace = at(body.start as number), end = at(body.end as number);
  const inputs = `${PARTS}Inputs`;
  return [
    { start: open, end: brace, text: `(...${inputs}) { if (${PARTS}.reviving) { ${hasBase ? "super(); " : ""}return; } return (${source.slice(open, brace).trimEnd()} => ` },
    { start: end, end, text: `)(...${inputs}); }` },
  ];
}

/** Private fields can be set from within the class only. */
function privateSetters(fields: readonly string[], statics: readonly string[]): string {
  const setFields = fields.map((name) => `${JSON.stringify(name)}: (self, value) => { self.${name} = value; }`);
  const setStatics = statics.map((name) => `${JSON.stringify(name)}: (value) => { this.${name} = value; }`);
  return `;static { ${PARTS}.privates = { fields: { ${setFields.join(", ")} }, statics: { ${setStatics.join(", ")} } }; }`;
}
