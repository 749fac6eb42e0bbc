/**
 * Engines that are wrong on purpose, each in one way: it does not see one kind of dependency. The real pipeline runs; only the key
 * under which a result is kept is another one, made from the model without what the mutant does not see.
 */
import { ResultCache, knownValue } from "../../../../engine/embedding.ts";
import { KeyMaker, type KeySource, type TaskKey } from "../../../../engine/cache/task-key.ts";
import type { KeptResult } from "../../../../engine/cache/kept-result.ts";
import { Parameter } from "../../../../engine/index.ts";
import type { EditKind } from "./arbitrary-notebook.ts";
import type { Blindness } from "./bindings.ts";
import { KIND_NAMES, kindOf, type FacetName, type KindName } from "./definition-kinds.ts";
import type { EngineUnderTest, NotebookRun } from "./notebook-run.ts";
import type { FlowNode, Source } from "./program.ts";

export interface Mutant {
  /** What it ignores. */
  readonly ignores: string;
  readonly engine: EngineUnderTest;
  /** Where it shows: definitions and edits that the notebooks are made of. */
  readonly kinds: readonly KindName[];
  readonly edits: readonly EditKind[];
  /** Shows where each definition calls the one before it. */
  readonly isChain?: boolean;
}

/** @param made the engine's own key @param make makes the engine's key from something else */
type MakeKey = (notebook: NotebookRun, node: FlowNode, source: KeySource, made: TaskKey, make: (source: KeySource) => TaskKey) => TaskKey;

/** An engine whose keys are made by `key`, for as long as an incremental run takes. */
function withKeys(key: MakeKey, parameterKey: (source: KeySource, made: TaskKey) => TaskKey = (_, made) => made): EngineUnderTest {
  return {
    run: async (notebook, body) => {
      const { key: original } = KeyMaker.prototype;
      KeyMaker.prototype.key = function (this: KeyMaker, source: KeySource): TaskKey {
        const made = original.call(this, source);
        const node = notebook.nodeOf(source.task);
        if (node !== undefined) return key(notebook, node, source, made, (other) => original.call(this, other));
        return source.task instanceof Parameter ? parameterKey(source, made) : made;
      };
      try {
        return await body();
      } finally {
        KeyMaker.prototype.key = original;
      }
    },
  };
}

/** @param isSeen whether the content of an input counts */
function modelKey(notebook: NotebookRun, node: FlowNode, { keys, contents, names, upstreamKeys, isChild }: KeySource, made: TaskKey, blind: Blindness, isSeen: (source: Source, isElement: boolean) => boolean = () => true): TaskKey {
  if (made.key === null) return made;
  const inputs = keys.map((name, index) => {
    const position = names.indexOf(name);
    return `${position}:${isSeen(node.sources[position], isChild && position === 0) ? contents[index] : "?"}`;
    // As in the engine's own keys: a constant and a parameter of one value are the same input.
  }).sort();
  return { ...made, key: [notebook.bindings.identity(notebook.inFlow.get(node.task)!, { blind }), ...inputs, ...upstreamKeys.map((one) => `^${one}`)].join("\n") };
}

const ignoringCode = (blind: Blindness): EngineUnderTest => withKeys((notebook, node, source, made) => modelKey(notebook, node, source, made, blind));
const ignoringInputs = (isSeen: (source: Source, isElement: boolean) => boolean): EngineUnderTest => withKeys((notebook, node, source, made) => modelKey(notebook, node, source, made, {}, isSeen));

/** Keeps what it was given without looking at it again. */
class TrustingCache extends ResultCache {
  readonly #kept = new Map<string, KeptResult>();
  override get(key: string): KeptResult | "changed" | undefined { return this.#kept.get(key); }
  override set(kept: KeptResult): KeptResult {
    this.#kept.set(kept.key, kept);
    return kept;
  }
}

const facetsOf = (kind: KindName): readonly FacetName[] => kindOf(kind).facets([1, 1, 1], [1, 1, 1]).map(([name]) => name);
/** Facets that a definition can have, without those of which the engine says that it can not judge them. */
const FACETS = [...new Set(KIND_NAMES.filter((kind) => kindOf(kind).isUnknown !== true).flatMap(facetsOf))];
const edits: readonly EditKind[] = ["definition", "definition", "mutation", "task"];

function facetMutant(name: FacetName): Mutant {
  const kinds = KIND_NAMES.filter((kind) => facetsOf(kind).includes(name));
  return { ignores: name, engine: ignoringCode({ facet: (other) => other === name }), kinds: [...kinds, ...kinds, "helper"], edits };
}

/** One for each kind of dependency. @param isSeen kinds of definitions whose changes the real engine sees */
export function mutants(isSeen: (kind: KindName) => boolean): readonly Mutant[] {
  const plain: readonly KindName[] = ["number", "helper", "object"];
  const all: readonly Mutant[] = [
    ...FACETS.map(facetMutant),
    { ignores: "task body", engine: ignoringCode({ facet: (name) => name === "task body" }), kinds: plain, edits },
    { ignores: "task class field", engine: ignoringCode({ facet: (name) => name === "task class field" }), kinds: plain, edits },
    { ignores: "helper of a helper", engine: ignoringCode({ facet: (name, depth) => name === "helper" && depth > 1 }), kinds: ["helper"], edits },
    { ignores: "constant that a helper uses", engine: ignoringCode({ facet: (name, depth) => name === "constant" && depth > 1 }), kinds: ["helper", "number", "text"], edits },
    { ignores: "three cells away", engine: ignoringCode({ facet: (_, depth) => depth > 2 }), kinds: ["helper", "helper", "defaultArgument"], edits, isChain: true },
    { ignores: "base class", engine: ignoringCode({ facet: (_, __, inherited) => inherited }), kinds: ["class"], edits },
    { ignores: "what another cell changed", engine: ignoringCode({ mutations: true }), kinds: ["number", "object", "map"], edits },
    { ignores: "inputs from tasks", engine: ignoringInputs((source) => !("node" in source)), kinds: plain, edits },
    { ignores: "constant inputs", engine: ignoringInputs((source) => !("constant" in source)), kinds: plain, edits: ["constant"] },
    { ignores: "mapped elements", engine: ignoringInputs((_, isElement) => !isElement), kinds: plain, edits },
    { ignores: "parameters", engine: withKeys((_, __, ___, made) => made, ({ task }, made) => (made.key === null ? made : { ...made, key: `parameter ${task.name}` })), kinds: plain, edits: ["parameter"] },
    {
      ignores: "state-only upstream tasks", kinds: plain, edits,
      engine: withKeys((notebook, node, source, _, make) => modelKey(notebook, node, { ...source, upstreamKeys: [] }, make({ ...source, upstreamKeys: [] }), {})),
    },
    { ignores: "a kept value that was changed", engine: { cache: () => new TrustingCache({ known: knownValue }) }, kinds: plain, edits: ["kept value"] },
  ];
  return all.map((mutant) => ({ ...mutant, kinds: mutant.kinds.filter(isSeen) }));
}

/** Ignores nothing: what the mutants are caught by is not how they are made. */
export const control: EngineUnderTest = ignoringCode({});
