/**
 * What the names of a generated notebook stand for now, and what that means for the tasks: the model that the engine is compared
 * with. It knows nothing of functions' texts and scopes; it knows which cell was run when, with which numbers.
 */
import { kindOf, type Facet, type FacetName } from "./definition-kinds.ts";
import { formOf, type Program } from "./program.ts";

/** What one run of a cell has made. */
export interface Binding {
  readonly name: string;
  readonly kind: string;
  /** Names that are looked up when it is called. */
  readonly calls: readonly string[];
  /** What it took when its cell ran. */
  readonly takes: Binding | null;
  /** It was `extends`. */
  readonly inherits: boolean;
  /** It can not be judged. */
  readonly isUnknown: boolean;
  readonly facets: (now: readonly number[]) => readonly Facet[];
  readonly params: readonly number[];
  /** As other cells have left it. */
  readonly now: number[];
  /** It can come back to itself. */
  readonly isRecursive: boolean;
}

/** What a mutant engine does not see. */
export interface Blindness {
  /** @param depth how many definitions are between the task and this one (0: the task itself) @param inherited through what a class extends */
  readonly facet?: (name: FacetName, depth: number, inherited: boolean) => boolean;
  /** What other cells have changed. */
  readonly mutations?: boolean;
}

export class Bindings {
  readonly #current = new Map<string, Binding>();

  /** A cell has run. */
  run(program: Program, name: string): void {
    const definition = program.definitions.find((one) => one.name === name);
    if (definition !== undefined) {
      const { kind, params, calls, takes } = definition;
      const { facets, isUnknown = false } = kindOf(kind);
      const isRecursive = kind === "recursive" || kind === "mutual";
      this.#current.set(name, {
        name, kind, params, now: [...params], calls: kind === "recursive" ? [...calls, name] : calls, takes: takes === null ? null : this.get(takes), inherits: kind === "class" && takes !== null, isUnknown, isRecursive,
        facets: (now) => facets(params, now),
      });
      return;
    }
    const task = program.tasks.find((one) => one.name === name);
    if (task === undefined) return;
    const { params, calls, isClass, output } = task;
    this.#current.set(name, {
      name, kind: isClass ? "task class" : "task", params, now: [...params], calls, takes: null, inherits: false, isUnknown: false, isRecursive: false,
      facets: (now) => [["task body", [name, params[0], output, formOf(task)]], isClass ? ["task class field", now[2]] : ["default argument", params[2]]],
    });
  }

  get(name: string): Binding {
    const found = this.#current.get(name);
    if (found === undefined) throw new Error(`nothing is bound to ${name}`);
    return found;
  }

  /**
   * Text that is equal exactly when two tasks' code is, one step after the other: what a name is bound to counts by what it is.
   * `shared` tells apart too what is the same object twice from two equal ones.
   */
  identity(root: Binding, { shared = false, blind = {} }: { readonly shared?: boolean; readonly blind?: Blindness } = {}): string {
    const seen = new Map<Binding, number>();
    const memo = new Map<Binding, string[]>();
    const stack: Binding[] = [];
    const walk = (binding: Binding, depth: number, inherited: boolean): string => {
      if (shared) {
        const index = seen.get(binding);
        if (index !== undefined) return `@${index}`;
        seen.set(binding, seen.size);
      }
      const at = stack.lastIndexOf(binding);
      if (at !== -1) return `^${stack.length - at}`;
      const slot = Math.min(depth, 3) * 2 + (inherited ? 1 : 0);
      const known = shared ? undefined : memo.get(binding)?.[slot];
      if (known !== undefined) return known;
      stack.push(binding);
      const { kind, facets, params, now, takes, inherits, calls } = binding;
      const visible = facets(blind.mutations === true ? params : now).filter(([name]) => blind.facet?.(name, depth, inherited) !== true);
      const text = `${kind}${JSON.stringify(visible)}${takes === null ? "" : `<${walk(takes, depth + 1, inherited || inherits)}>`}(${calls.map((name) => walk(this.get(name), depth + 1, inherited)).join(",")})`;
      stack.pop();
      // What may come back to itself reads otherwise from within.
      if (!shared && !binding.isRecursive && stack.every((one) => !one.isRecursive)) {
        let slots = memo.get(binding);
        if (slots === undefined) memo.set(binding, (slots = []));
        slots[slot] = text;
      }
      return text;
    };
    return walk(root, 0, false);
  }

  /** All that a task's code comes to. */
  reached(root: Binding): ReadonlySet<Binding> {
    const found = new Set([root]);
    for (const binding of found) {
      if (binding.takes !== null) found.add(binding.takes);
      for (const name of binding.calls) found.add(this.get(name));
    }
    return found;
  }
}
