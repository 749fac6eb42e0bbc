/**
 * The names that earlier cells have declared, and how a later cell's module of the checker gets them. Values and types are kept
 * apart, as in TypeScript: `type User = z.infer<typeof User>` may follow `const User = …` in another cell.
 */
import type { CellSyntax, Declaration, DeclarationKind } from "./cell-syntax.ts";
import { isGlobalName } from "./global-names.ts";
import type { PrintedType } from "./printed-types.ts";

/** A name and the cell module that declares it; plain data. */
export interface ScopeEntry {
  readonly name: string;
  /** Name of the module, as `cell_3`. */
  readonly module: string;
  readonly kind: DeclarationKind;
  readonly isValue: boolean;
  /** The evaluator knows the name: false for `declare const x`. */
  readonly atRunTime: boolean;
  /** An import from a local module, which a reload assigns to. */
  readonly followsModule: boolean;
  /** See `Declaration`. */
  readonly evolving: "any" | "any[]" | undefined;
}

/** Kinds that give a value and a type at once. */
const bothMeanings: ReadonlySet<DeclarationKind> = new Set(["class", "enum", "namespace", "import"]);

export class NotebookScope {
  readonly #values = new Map<string, ScopeEntry>();
  readonly #types = new Map<string, ScopeEntry>();
  readonly #augmenting = new Set<string>();
  readonly #printed = new Map<string, PrintedType & { readonly module: string }>();

  /** The names of a cell that is about to run. @param runtimeNames those it declares at run time */
  declare(module: string, syntax: CellSyntax, runtimeNames: readonly string[]): ScopeEntry[] {
    const atRunTime = new Set(runtimeNames);
    const entries = syntax.declarations.map((declaration): ScopeEntry => {
      const isValue = declaration.kind !== "type" && declaration.typeOnly !== true && !(declaration.kind === "import" && !atRunTime.has(declaration.name));
      const followsModule = declaration.kind === "import" && /^[./]/.test(declaration.from ?? "");
      return { name: declaration.name, module, kind: declaration.kind, isValue, atRunTime: atRunTime.has(declaration.name), followsModule, evolving: declaration.evolving };
    });
    this.restore(entries, syntax.augments ? module : undefined);
    return entries;
  }

  /** Takes entries that `declare` gave, after a restart. @param augmenting the module, if every cell must see it */
  restore(entries: readonly ScopeEntry[], augmenting: string | undefined): void {
    if (augmenting !== undefined) this.#augmenting.add(augmenting);
    for (const entry of entries) {
      if (!entry.isValue) {
        // A type replaces what was a class, but not a plain value of the same name.
        this.#types.set(entry.name, entry);
        continue;
      }
      this.#values.set(entry.name, entry);
      if (bothMeanings.has(entry.kind)) this.#types.delete(entry.name);
    }
    // `const A` and `type A` of one cell: the type was set before or after, and stays.
    for (const entry of entries) if (!entry.isValue) this.#types.set(entry.name, entry);
  }

  /** Types of a cell's names that need no import of it. */
  keepPrinted(module: string, types: ReadonlyMap<string, PrintedType>): void {
    for (const [name, type] of types) if (this.#values.get(name)?.module === module) this.#printed.set(name, { ...type, module });
  }

  /** What they were inferred from has changed. */
  forgetPrinted(): void {
    this.#printed.clear();
  }

  clear(): void {
    this.#printed.clear();
    this.#values.clear();
    this.#types.clear();
    this.#augmenting.clear();
  }

  names(): ReadonlySet<string> {
    return new Set([...this.#values.keys(), ...this.#types.keys()]);
  }

  value(name: string): ScopeEntry | undefined {
    return this.#values.get(name);
  }

  type(name: string): ScopeEntry | undefined {
    return this.#types.get(name);
  }

  /** Does an earlier cell's value live under a hidden name? */
  isRenamed(name: string): boolean {
    return this.#values.get(name)?.atRunTime === true && isGlobalName(name);
  }

  /** Modules with `declare global`, which every cell sees. */
  augmentingModules(): readonly string[] {
    return [...this.#augmenting];
  }

  /**
   * What goes after a cell's text to bring in the names that it uses: `import { f } from "./cell_3"`, and for variables
   * `declare let n: typeof import("./cell_3").n`, so that assignments are checked too.
   * @param own what the cell declares itself
   * @param asPrinted use printed types where there are some: faster, but without documentation
   */
  importsFor(text: string, own: readonly Declaration[], asPrinted: boolean): string {
    const ownValues = new Set<string>();
    const ownTypes = new Set<string>();
    for (const { name, kind, typeOnly } of own) {
      if (kind !== "type" && typeOnly !== true) ownValues.add(name);
      if (kind === "type" || typeOnly === true || bothMeanings.has(kind)) ownTypes.add(name);
    }
    let imports = "";
    for (const name of new Set(text.match(/[\p{L}\p{Nl}_$][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$]*/gu))) {
      const value = ownValues.has(name) ? undefined : this.#values.get(name);
      const type = ownTypes.has(name) ? undefined : this.#types.get(name);
      if (value !== undefined) {
        const alone = type === undefined && !ownTypes.has(name);
        const keyword = value.kind === "variable" ? "let" : "const";
        const printed = asPrinted ? this.#printed.get(name) : undefined;
        const isVisible = (type: string) => !ownTypes.has(type) && !this.#types.has(type) && !bothMeanings.has(this.#values.get(type)?.kind ?? "constant");
        if (value.evolving !== undefined) imports += `declare let ${name}: ${value.evolving}; `;
        else if (printed !== undefined && printed.module === value.module && printed.mentions.every(isVisible)) imports += `declare ${keyword} ${name}: ${printed.text}; `;
        else if (keyword === "const" && alone) imports += `import { ${name} } from "./${value.module}"; `;
        else imports += `declare ${keyword} ${name}: typeof import("./${value.module}").${name}; `;
      }
      if (type !== undefined) imports += `import type { ${name} } from "./${type.module}"; `;
    }
    return imports;
  }
}

/** What goes after a cell's text to give its names to later cells. */
export function exportsOf(declarations: readonly Declaration[]): string {
  const names = new Set(declarations.map((declaration) => declaration.name));
  return `export { ${[...names].join(", ")} };`;
}
