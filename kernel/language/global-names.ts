/**
 * Names that a cell must not take in the realm's global scope, because packages, Node or the kernel would see the cell's value
 * instead of the global. A cell that declares one gets a hidden name at run time.
 */

/** Names by which packages find out where they run, and what the kernel gives to cells. */
const watchedNames = [
  ..."window self document location navigator name define importScripts WorkerGlobalScope Deno Bun jest vi".split(" "),
  ..."require module exports __filename __dirname __webpack_require__ jQuery $ _ Java load process global globalThis".split(" "),
  ..."display prompt input alert confirm eval arguments undefined NaN Infinity async await".split(" "),
];

let names: ReadonlySet<string> | undefined;

/** Is `name` a global here, or watched by packages? */
export function isGlobalName(name: string): boolean {
  names ??= globalNames();
  return names.has(name);
}

function globalNames(): ReadonlySet<string> {
  const all = new Set(watchedNames);
  for (let object: object | null = globalThis; object !== null; object = Object.getPrototypeOf(object) as object | null) {
    for (const name of Object.getOwnPropertyNames(object)) all.add(name);
  }
  return all;
}

/** The name under which the evaluator keeps a cell's declaration of a global name. */
export function hiddenName(name: string): string {
  return `${name}$cell`;
}
