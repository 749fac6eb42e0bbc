/** Which imported names have no value: as in TypeScript, they are not imported when the cell runs. */
import type { CellSyntax } from "./cell-syntax.ts";
import type { EditedText } from "./edited-text.ts";
import type { OpenDraft } from "./type-checker.ts";

/** `SymbolFlags.Value`: variable, property, enum member, function, class, enum, module, method, accessor. */
const valueFlags = 111551;

/** Names that are known to have no value; a name that cannot be resolved is taken for a value. */
export function typeOnlyImports(draft: OpenDraft, { declarations }: CellSyntax, text: EditedText): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, kind, typeOnly, position } of declarations) {
    if (kind !== "import") continue;
    if (typeOnly === true) {
      names.add(name);
      continue;
    }
    const symbol = draft.checker.getSymbolAtPosition(draft.file, text.fromOriginal(position));
    if (symbol === undefined) continue;
    const target = draft.checker.getAliasedSymbol(symbol);
    if (target.flags !== 0 && (target.flags & valueFlags) === 0 && !draft.checker.isUnknownSymbol(target)) names.add(name);
  }
  return names;
}
