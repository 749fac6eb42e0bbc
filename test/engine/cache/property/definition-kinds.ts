/**
 * What a generated notebook's cells define beside its tasks: each kind says how it is written, how other code turns a number
 * into a number with it, what its content consists of, and how another cell can change it.
 *
 * All of it is total and deterministic: numbers are small and not negative, recursion ends.
 */

export const MODULUS = 9973;

/** What a definition's value may be used for by others. */
export type Role = "callable" | "class" | "factory";

/** One definition; one cell. */
export interface Definition {
  readonly name: string;
  readonly kind: KindName;
  /** Small numbers that its text is made from. */
  readonly params: readonly number[];
  /** Names that it refers to when it is called. */
  readonly calls: readonly string[];
  /** A name whose value it takes when its cell runs. */
  readonly takes: string | null;
  /** Edits that must change nothing: comments, layout, types, names of locals (0: none). */
  readonly style: number;
}

/** A part of what a definition is: `[what is it, its content]`. */
export type Facet = readonly [name: FacetName, content: unknown];

export type FacetName =
  | "task body" | "task class field" | "helper" | "constant" | "object field" | "array element" | "map entry" | "set entry" | "regular expression" | "recursive helper" | "mutually recursive helper"
  | "helper in an object" | "helper in an array" | "helper in a Map" | "default argument" | "closure value" | "class method" | "class field" | "static field" | "private field" | "instance field"
  | "getter" | "tagged template" | "bound input" | "generator" | "async generator" | "async helper" | "symbol-keyed property" | "prototype's property" | "function's own property" | "Proxy" | "Date" | "typed array" | "cycle";

/** How another cell changes the value. */
export interface Mutation {
  readonly param: number;
  /** @param before numbers that the value is made from now */
  statement(name: string, value: number, before: readonly number[]): string;
}

/** Texts of locals and notes in one style. */
interface Style { readonly n: string; readonly local: string; readonly type: string; readonly note: string; readonly open: string; readonly close: string }

interface Writing extends Style {
  readonly p: readonly number[];
  readonly name: string;
  readonly takes: string | null;
  /** ` + …`: what the definitions it calls make of a number. */
  calls(n: string): string;
}

export interface DefinitionKind {
  readonly params: number;
  readonly role?: Role;
  /** What it takes when its cell runs, where there is one. */
  readonly takes?: Role;
  /** It may call other definitions. */
  readonly calls?: true;
  /** Only what awaits may use it. */
  readonly isAsync?: true;
  /** A task that uses it is unknown. */
  readonly isUnknown?: true;
  readonly cell: (writing: Writing) => string;
  readonly use: (name: string, n: string) => string;
  /** @param p as its cell says @param now as other cells have left it */
  readonly facets: (p: readonly number[], now: readonly number[]) => readonly Facet[];
  readonly mutations?: readonly Mutation[];
}

const M = MODULUS;
const styles: readonly Style[] = [
  { n: "n", local: "local", type: "", note: "", open: "", close: "" },
  { n: "n", local: "local", type: "", note: "// A note.\n", open: "", close: "" },
  { n: "value", local: "product", type: "", note: "", open: "", close: "" },
  { n: "n", local: "local", type: ": number", note: "/* types */ ", open: "(", close: ")" },
  { n: "value", local: "part", type: ": any", note: "\n\n  ", open: "(\n", close: "\n)" },
];
export const STYLES = styles.length;

const FLAGS = ["", "g", "gi", "gu", "i"];
const SOURCES = ["a[bc]", "a[bcx]", "[ab]c?"];
const set = (param: number, target: (name: string) => string): Mutation => ({ param, statement: (name, value) => `${target(name)} = ${value};` });

/** Kinds by name. */
export const KINDS = {
  number: {
    params: 1, cell: ({ name, p, note }) => `${note}let ${name} = ${p[0]};`, use: (name, n) => `(${n} + ${name})`, facets: (_, [a]) => [["constant", a]], mutations: [set(0, (name) => name)],
  },
  text: {
    params: 1, cell: ({ name, p, open, close }) => `let ${name} = ${open}"text ${p[0]}"${close};`, use: (name, n) => `(${n} + ${name}.length + ${name}.charCodeAt(5))`,
    facets: (_, [a]) => [["constant", a]], mutations: [{ param: 0, statement: (name, value) => `${name} = "text ${value}";` }],
  },
  object: {
    params: 3, cell: ({ name, p, note }) => `const ${name} = { ${note}factor: ${p[0]}, inner: { list: [${p[1]}, ${p[2]}] }, none: undefined };`, use: (name, n) => `(${n} * ${name}.factor + ${name}.inner.list[1] * 5 + ${name}.inner.list[0])`,
    facets: (_, [a, b, c]) => [["object field", a], ["array element", [b, c]]], mutations: [set(0, (name) => `${name}.factor`), set(1, (name) => `${name}.inner.list[0]`), set(2, (name) => `${name}.inner.list[1]`)],
  },
  cycle: {
    params: 1, cell: ({ name, p }) => `const ${name} = { by: ${p[0]} };\n${name}.self = ${name};`, use: (name, n) => `(${n} + ${name}.self.self.by)`, facets: (_, [a]) => [["cycle", a]], mutations: [set(0, (name) => `${name}.by`)],
  },
  array: {
    params: 3, cell: ({ name, p, open, close }) => `const ${name} = [${p[0]}, ${open}${p[1]}${close}, ${p[2]}];`, use: (name, n) => `${name}.reduce((sum, item) => sum * 3 + item, ${n})`,
    facets: (_, now) => [["array element", now]], mutations: [set(0, (name) => `${name}[0]`), set(2, (name) => `${name}[2]`)],
  },
  bytes: {
    params: 2, cell: ({ name, p }) => `const ${name} = new Uint8Array([${p.join(", ")}]);`, use: (name, n) => `(${n} + ${name}[0] + ${name}[1] * 2)`, facets: (_, now) => [["typed array", now]], mutations: [set(1, (name) => `${name}[1]`)],
  },
  map: {
    params: 2, cell: ({ name, p, note }) => `const ${name} = new Map([["x", ${p[0]}], ${note}["y", ${p[1]}]]);`, use: (name, n) => `(${n} + ${name}.get("x") * 2 + ${name}.get("y"))`,
    facets: (_, now) => [["map entry", now]], mutations: [{ param: 1, statement: (name, value) => `${name}.set("y", ${value});` }],
  },
  set: {
    params: 2, cell: ({ name, p }) => `const ${name} = new Set([${p[0]}, ${10 + p[1]}]);`, use: (name, n) => `[...${name}].reduce((sum, item) => sum * 2 + item, ${n})`,
    facets: (_, now) => [["set entry", now]], mutations: [{ param: 1, statement: (name, value, before) => `${name}.delete(${10 + before[1]}); ${name}.add(${10 + value});` }],
  },
  date: {
    params: 1, cell: ({ name, p }) => `const ${name} = new Date(${p[0]});`, use: (name, n) => `(${n} + ${name}.getTime())`, facets: (_, now) => [["Date", now]], mutations: [{ param: 0, statement: (name, value) => `${name}.setTime(${value});` }],
  },
  regex: {
    params: 2, cell: ({ name, p, note }) => `const ${name} = ${note}/${SOURCES[p[1] % SOURCES.length]}/${FLAGS[p[0] % FLAGS.length]};`, use: (name, n) => `(${n} + "ABabxACabac".replace(${name}, "-").length * 3)`,
    facets: ([a, b]) => [["regular expression", [FLAGS[a % FLAGS.length], SOURCES[b % SOURCES.length]]]],
  },
  helper: {
    params: 3, calls: true, role: "callable",
    cell: ({ name, p, n, local, type, note, open, close, calls }) => [
      `const ${name} = (${n}${type}) => ${note}(${open}${n} * ${p[0]}${close} + ${p[1]}${calls(n)}) % ${M};`,
      `function ${name}(${n}${type}) { ${note}const ${local} = ${n} * ${p[0]}; return (${open}${local}${close} + ${p[1]}${calls(n)}) % ${M}; }`,
      `const ${name} = function (${n}${type})${type} { ${note}if (${n} % 2 === 0) { let ${local} = ${p[0]}; return (${local} + ${n}${calls(n)}) % ${M}; } return ${open}(${n} + ${p[1]}) % ${M}${close}; };`,
    ][p[2] % 3],
    use: (name, n) => `${name}(${n})`, facets: ([a, b, c]) => [["helper", [a, b, c % 3]]],
  },
  recursive: {
    params: 2, calls: true, role: "callable", cell: ({ name, p, n, type, note, calls }) => `function ${name}(${n}${type}) { ${note}return ${n} % 5 === 0 ? ${p[0]}${calls(n)} : ${name}(${n} % 5 - 1) + ${p[1]}; }`,
    use: (name, n) => `${name}(${n})`, facets: (p) => [["recursive helper", p]],
  },
  // Each is followed by its partner: mutual calls partner, partner calls mutual.
  mutual: {
    params: 2, calls: true, role: "callable", cell: ({ name, p, n, type, note, calls }) => `const ${name} = (${n}${type}) => { ${note}return ${n} % 6 === 0 ? ${p[0]} : (${p[1]}${calls(`(${n} % 6 - 1)`)}) % ${M}; };`,
    use: (name, n) => `${name}(${n})`, facets: (p) => [["mutually recursive helper", p]],
  },
  objectOfFunctions: {
    params: 1, calls: true, takes: "callable", cell: ({ name, p, n, takes, note, calls }) => `const ${name} = { ${note}${takes === null ? "" : `taken: ${takes}, `}plain(${n}) { return (${n} + ${p[0]}${calls(n)}) % ${M}; }, go(${n}) { return ${takes === null ? `this.plain(${n})` : `this.taken(${n}) + this.plain(${n})`}; } };`,
    use: (name, n) => `${name}.go(${n})`, facets: (p) => [["helper in an object", p]],
  },
  thisObject: {
    params: 2, cell: ({ name, p, n, note }) => `const ${name} = { ${note}by: ${p[0]}, go(${n}) { return (${n} * this.by + ${p[1]}) % ${M}; } };`,
    use: (name, n) => `${name}.go(${n})`, facets: ([, b], [a]) => [["object field", a], ["helper in an object", b]], mutations: [set(0, (name) => `${name}.by`)],
  },
  arrayOfFunctions: {
    params: 1, calls: true, takes: "callable", cell: ({ name, p, n, takes, calls }) => `const ${name} = [${takes === null ? "" : `${takes}, `}(${n}) => (${n} * ${p[0]} + 1${calls(n)}) % ${M}];`,
    use: (name, n) => `${name}.reduce((sum, each) => each(sum), ${n})`, facets: (p) => [["helper in an array", p]],
  },
  mapOfFunctions: {
    params: 1, calls: true, takes: "callable", cell: ({ name, p, n, takes, calls }) => `const ${name} = new Map([${takes === null ? "" : `["taken", ${takes}], `}["plain", (${n}) => (${n} * ${p[0]} + 2${calls(n)}) % ${M}]]);`,
    use: (name, n) => `[...${name}.values()].reduce((sum, each) => each(sum), ${n})`, facets: (p) => [["helper in a Map", p]],
  },
  defaultArgument: {
    params: 2, calls: true, role: "callable", cell: ({ name, p, n, type, note, calls }) => `const ${name} = (${n}${type}, by${type} = ${p[0]}${calls("1")}) => { ${note}return (${n} * 3 + by + ${p[1]}) % ${M}; };`,
    use: (name, n) => `${name}(${n})`, facets: ([a, b]) => [["default argument", a], ["helper", b]],
  },
  factory: {
    params: 1, calls: true, role: "factory", cell: ({ name, p, n, note, calls }) => `const ${name} = (by) => { ${note}return (${n}) => (${n} * by + ${p[0]}${calls(n)}) % ${M}; };`, use: (name, n) => `${name}(3)(${n})`, facets: (p) => [["helper", p]],
  },
  closure: {
    params: 1, takes: "factory", role: "callable", cell: ({ name, p, n, takes, note }) => `${note}const ${name} = ${takes ?? `((by) => (${n}) => (${n} * by) % ${M})`}(${p[0]});`, use: (name, n) => `${name}(${n})`, facets: (p) => [["closure value", p]],
  },
  box: {
    params: 1, cell: ({ name, p, n, note }) => `const ${name} = (() => { ${note}let by = ${p[0]}; return { get: (${n}) => ${n} + by, set(next) { by = next; } }; })();`,
    use: (name, n) => `${name}.get(${n})`, facets: (_, now) => [["closure value", now]], mutations: [{ param: 0, statement: (name, value) => `${name}.set(${value});` }],
  },
  class: {
    params: 3, calls: true, role: "class", takes: "class",
    cell: ({ name, p, n, type, takes, note, calls }) => `class ${name}${takes === null ? "" : ` extends ${takes}`} { ${note}static shift = ${p[0]}; field = ${p[1]}; method(${n}${type}) { return (${n} * ${p[2]} + ${name}.shift + this.field${takes === null ? "" : ` + super.method(${n})`}${calls(n)}) % ${M}; } get twice() { return this.field * 2; } }`,
    use: (name, n) => `new ${name}().method(${n})`, facets: ([a, b, c], [now]) => [["static field", [a, now]], ["class field", b], ["class method", c]], mutations: [set(0, (name) => `${name}.shift`)],
  },
  privateClass: {
    params: 2, cell: ({ name, p, n, note }) => `class ${name} { ${note}static #shift = ${p[0]}; #field = ${p[1]}; static set(shift) { ${name}.#shift = shift; } method(${n}) { return (${n} + ${name}.#shift * 2 + this.#field) % ${M}; } }`,
    use: (name, n) => `new ${name}().method(${n})`, facets: ([a, b], [now]) => [["private field", [a, now]], ["class field", b]], mutations: [{ param: 0, statement: (name, value) => `${name}.set(${value});` }],
  },
  privateInstance: {
    params: 2, cell: ({ name, p, n, note }) => `const ${name} = new (class Sealed { ${note}#by; constructor(by) { this.#by = by; } set(by) { this.#by = by; } method(${n}) { return (${n} * this.#by + ${p[1]}) % ${M}; } })(${p[0]});`,
    use: (name, n) => `${name}.method(${n})`, facets: ([, b], [now]) => [["private field", now], ["class method", b]], mutations: [{ param: 0, statement: (name, value) => `${name}.set(${value});` }],
  },
  instance: {
    params: 1, takes: "class", cell: ({ name, p, n, takes, note }) => `${note}const ${name} = new (${takes ?? `class Own { method(${n}) { return ${n} + this.field; } }`})();\n${name}.field = ${p[0]};`,
    use: (name, n) => `${name}.method(${n})`, facets: (_, now) => [["instance field", now]], mutations: [set(0, (name) => `${name}.field`)],
  },
  getter: {
    params: 1, calls: true, cell: ({ name, p, note, calls }) => `const ${name} = { ${note}get value() { return ${p[0]}${calls("1")}; } };`, use: (name, n) => `(${n} + ${name}.value)`, facets: (p) => [["getter", p]],
  },
  tag: {
    params: 1, calls: true, cell: ({ name, p, n, note, calls }) => `const ${name} = (strings, ...${n}s) => { ${note}return (strings.join("").length * ${p[0]} + ${n}s[0]${calls(`${n}s[0]`)}) % ${M}; };`,
    use: (name, n) => `${name}\`ab\${${n}}c\``, facets: (p) => [["tagged template", p]],
  },
  bound: {
    params: 3, role: "callable", cell: ({ name, p, n }) => `const ${name} = (function (by, ${n}) { return (${n} * by + this.plus + ${p[2]}) % ${M}; }).bind({ plus: ${p[1]} }, ${p[0]});`, use: (name, n) => `${name}(${n})`,
    facets: ([a, b, c]) => [["bound input", [a, b]], ["helper", c]],
  },
  generator: {
    params: 1, calls: true, cell: ({ name, p, n, note, calls }) => `function* ${name}(${n}) { ${note}for (let index = 0; index < 3; index++) yield (${n} * index + ${p[0]}${calls(n)}) % ${M}; }`,
    use: (name, n) => `[...${name}(${n})].reduce((sum, item) => sum + item, 0)`, facets: (p) => [["generator", p]],
  },
  asyncGenerator: {
    params: 1, calls: true, isAsync: true, cell: ({ name, p, n, note, calls }) => `async function* ${name}(${n}) { ${note}yield ${n}; yield (${n} + ${p[0]}${calls(n)}) % ${M}; }`,
    use: (name, n) => `(await (async (start) => { let sum = 0; for await (const item of ${name}(start)) sum += item; return sum; })(${n}))`, facets: (p) => [["async generator", p]],
  },
  asyncHelper: {
    params: 1, calls: true, isAsync: true, cell: ({ name, p, n, note, calls }) => `const ${name} = async (${n}) => { ${note}await null; return (${n} + ${p[0]}${calls(n)}) % ${M}; };`, use: (name, n) => `(await ${name}(${n}))`, facets: (p) => [["async helper", p]],
  },
  symbolKey: {
    params: 1, cell: ({ name, p }) => `const ${name} = { [Symbol.for("by")]: ${p[0]} };`, use: (name, n) => `(${n} + ${name}[Symbol.for("by")])`, facets: (_, now) => [["symbol-keyed property", now]], mutations: [set(0, (name) => `${name}[Symbol.for("by")]`)],
  },
  ownSymbolKey: {
    params: 1, cell: ({ name, p }) => `const ${name} = { [Symbol("by")]: ${p[0]} };`, use: (name, n) => `(${n} + ${name}[Object.getOwnPropertySymbols(${name})[0]])`, facets: (_, now) => [["symbol-keyed property", now]],
    mutations: [set(0, (name) => `${name}[Object.getOwnPropertySymbols(${name})[0]]`)],
  },
  derived: {
    params: 1, cell: ({ name, p }) => `const ${name} = Object.create({ by: ${p[0]} });`, use: (name, n) => `(${n} + ${name}.by)`, facets: (_, now) => [["prototype's property", now]], mutations: [set(0, (name) => `Object.getPrototypeOf(${name}).by`)],
  },
  patchedClass: {
    params: 2, cell: ({ name, p, n, note }) => `class ${name} { ${note}method(${n}) { return (${n} + this.by + ${p[1]}) % ${M}; } }\n${name}.prototype.by = ${p[0]};`, use: (name, n) => `new ${name}().method(${n})`,
    facets: ([, b], [now]) => [["prototype's property", now], ["class method", b]], mutations: [set(0, (name) => `${name}.prototype.by`)],
  },
  functionWithProperty: {
    params: 2, calls: true, cell: ({ name, p, n, calls }) => `const ${name} = Object.assign((${n}) => (${n} + ${name}.by * 2 + ${p[1]}${calls(n)}) % ${M}, { by: ${p[0]} });`, use: (name, n) => `${name}(${n})`,
    facets: ([, b], [now]) => [["function's own property", now], ["helper", b]], mutations: [set(0, (name) => `${name}.by`)],
  },
  closureOverFunction: {
    params: 1, takes: "callable", role: "callable", cell: ({ name, p, n, takes, note }) => `${note}const ${name} = ((inner) => (${n}) => (inner(${n}) + ${p[0]}) % ${M})(${takes ?? "Math.abs"});`, use: (name, n) => `${name}(${n})`, facets: (p) => [["helper", p]],
  },
  nestedClosure: {
    params: 3, role: "callable", cell: ({ name, p, n, note }) => `const ${name} = ((outer) => { ${note}for (const [inner] of [[${p[1]}]]) { try { throw outer; } catch (caught) { return (${n}) => (${n} * inner + caught * 2 + ${p[2]}) % ${M}; } } })(${p[0]});`,
    use: (name, n) => `${name}(${n})`, facets: ([a, b, c]) => [["closure value", [a, b]], ["helper", c]],
  },
  classFactory: {
    params: 2, role: "class", cell: ({ name, p, n, note }) => `const ${name} = ((by) => class { ${note}field = ${p[1]}; method(${n}) { return (${n} * by + this.field) % ${M}; } })(${p[0]});`, use: (name, n) => `new ${name}().method(${n})`,
    facets: ([a, b]) => [["closure value", a], ["class field", b]],
  },
  inheritedStatic: {
    params: 2, cell: ({ name, p, n }) => `const ${name} = class extends (class { static shift = ${p[0]}; static { this.more = ${p[1]}; } static get twice() { return this.shift * 2; } }) { static go(${n}) { return (${n} + this.twice + this.more) % ${M}; } };`,
    use: (name, n) => `${name}.go(${n})`, facets: ([a, b], [now]) => [["static field", [a, now, b]]], mutations: [set(0, (name) => `Object.getPrototypeOf(${name}).shift`)],
  },
  hiddenProperty: {
    params: 1, cell: ({ name, p }) => `const ${name} = Object.defineProperty({}, "by", { value: ${p[0]}, writable: true });`, use: (name, n) => `(${n} + ${name}.by)`, facets: (_, now) => [["object field", now]], mutations: [set(0, (name) => `${name}.by`)],
  },
  arrayProperty: {
    params: 2, cell: ({ name, p }) => `const ${name} = Object.assign([1, , ${p[0]}], { by: ${p[1]} });`, use: (name, n) => `(${n} + ${name}[2] + ${name}.by * 2)`, facets: (_, now) => [["array element", now]], mutations: [set(0, (name) => `${name}[2]`), set(1, (name) => `${name}.by`)],
  },
  mapByFunction: {
    params: 1, takes: "callable", cell: ({ name, p, n, takes }) => `const ${name} = new Map([[${takes ?? `(${n}) => ${n} + 1`}, ${p[0]}]]);`, use: (name, n) => `[...${name}].reduce((sum, [each, by]) => each(sum) + by, ${n})`, facets: (_, now) => [["map entry", now]],
  },
  iterable: {
    params: 1, calls: true, cell: ({ name, p, note, calls }) => `const ${name} = { ${note}*[Symbol.iterator]() { yield ${p[0]}; yield 2${calls("1")}; } };`, use: (name, n) => `[...${name}].reduce((sum, item) => sum + item, ${n})`, facets: (p) => [["symbol-keyed property", p]],
  },
  objectWithValueOf: {
    params: 1, cell: ({ name, p }) => `const ${name} = { by: ${p[0]}, valueOf() { return this.by; } };`, use: (name, n) => `(${n} + ${name})`, facets: (_, now) => [["object field", now]], mutations: [set(0, (name) => `${name}.by`)],
  },
  accessor: {
    params: 1, cell: ({ name, p }) => `const ${name} = ((by) => Object.defineProperty({ set(next) { by = next; } }, "value", { get: () => by, enumerable: true }))(${p[0]});`, use: (name, n) => `(${n} + ${name}.value)`, facets: (_, now) => [["closure value", now]],
    mutations: [{ param: 0, statement: (name, value) => `${name}.set(${value});` }],
  },
  globalProperty: {
    params: 1, cell: ({ name, p }) => `globalThis.${name} = ${p[0]};`, use: (name, n) => `(${n} + globalThis.${name} + ${name})`, facets: (_, now) => [["constant", now]], mutations: [set(0, (name) => `globalThis.${name}`)],
  },
  otherTask: {
    params: 1, calls: true, cell: ({ name, p, n, note, calls }) => `const ${name} = task((${n}) => { ${note}return (${n} * ${p[0]} + 1${calls(n)}) % ${M}; });`, use: (name, n) => `${name}.run(${n})`, facets: (p) => [["helper", p]],
  },
  newFunction: {
    params: 1, role: "callable", cell: ({ name, p }) => `const ${name} = new Function("n", "return (n * ${p[0]} + 1) % ${M};");`, use: (name, n) => `${name}(${n})`, facets: (p) => [["helper", p]],
  },
  longHelper: {
    params: 3, calls: true, role: "callable",
    cell: ({ name, p, n, local, type, note, open, close, calls }) => `function ${name}(${n}${type}, { extra = ${p[0]}, ...rest } = {}) {
  ${note}let ${local} = ${n}, count = 0;
  class Step { by = ${p[1]}; take(${local}${type}) { return ${local} + this.by; } }
  function twice(${n}${type}) { return ${n} * 2 + extra; }
  outer: for (const [index, item] of [${open}${n}${close}, 1].entries()) {
    for (let ${n} = 0; ${n} < 2; ${n}++) { if (${n} === 1 && index === 1) continue outer; ${local} += item + ${n}; }
    switch (index) { case 0: { const ${n} = ${p[2]}; count += ${n}; break; } default: count++; }
  }
  try { if (count > 3) throw ${local}; } catch (${n}) { ${local} = ${n} + 1; } finally { count += Object.keys(rest).length; }
  return (twice(${local}) + new Step().take(count) + (rest?.none ?? 0)${calls(n)}) % ${M};
}`,
    use: (name, n) => `${name}(${n})`, facets: (p) => [["helper", p]],
  },
  proxy: {
    params: 1, isUnknown: true, cell: ({ name, p }) => `const ${name} = new Proxy({ by: ${p[0]} }, {});`, use: (name, n) => `(${n} + ${name}.by)`, facets: (_, now) => [["Proxy", now]], mutations: [set(0, (name) => `${name}.by`)],
  },
} satisfies Record<string, DefinitionKind>;

export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as KindName[];
export const kindOf = (name: KindName): DefinitionKind => KINDS[name];

/** What a name makes of a number; `kind`: of the definition of that name. */
export type UseOf = (name: string, n: string) => string;

/** Text of a definition's cell. */
export function definitionCell(definition: Definition, use: UseOf): string {
  const { name, kind, params, calls, takes, style } = definition;
  return kindOf(kind).cell({ ...styles[style % STYLES], name, p: params, takes, calls: (n) => calls.map((called) => ` + ${use(called, n)}`).join("") });
}

/** Texts of one style, for tasks. */
export const styleOf = (style: number): Style => styles[style % STYLES];
