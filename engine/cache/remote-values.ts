/** Values of this process as its own V8 inspector shows them: with internal and private properties. Many are asked about at once. */
import type { Inspector } from "./inspector.ts";

/** What the inspector says of a value; `objectId` stands for one that is no primitive. */
export interface RemoteValue { readonly objectId?: string; readonly description?: string; readonly value?: unknown; readonly unserializableValue?: string }

interface Property { readonly name: string; readonly value?: RemoteValue; readonly isOwn?: boolean }

/** Of one value. */
export interface Properties { readonly result: readonly Property[]; readonly internalProperties?: readonly Property[]; readonly privateProperties?: readonly Property[] }

/** Where values change hands between V8's inspector and this code: a property of globalThis, not enumerable. */
const HAND = "flowlet.values";

interface Hand { readonly given: Record<number, unknown>; taken: readonly unknown[] }

const TAKE = `function (...values) { globalThis[Symbol.for("${HAND}")].taken = values }`;

/** Values that one message is about, and that the inspector holds before they are let go within a job (count). */
const AT_ONCE = 100;

/** Hands values to the inspector and takes them from it. */
export class RemoteValues {
  readonly #inspector: Inspector;
  /** The inspector's id of what the values are given in; null: to be asked for. */
  #given: string | null = null;
  #held = 0;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  /** Properties of each value; null for one that the inspector can not look into. What they stand for can be taken until this job ends. */
  properties(values: readonly object[], options: object = {}): readonly (Properties | null)[] {
    if (values.length === 0) return [];
    if (this.#held > AT_ONCE) this.letGo();
    // Never held longer than the language itself keeps what is only weakly referred to: to the end of the job.
    if (this.#held === 0) queueMicrotask(() => { if (this.#held > 0) this.letGo(); });
    this.#held += values.length;
    const found: (Properties | null)[] = [];
    for (let from = 0; from < values.length; from += AT_ONCE) {
      for (const objectId of this.#idsOf(values.slice(from, from + AT_ONCE))) found.push(this.#properties(objectId, options));
    }
    return found;
  }

  /** The values that remote ones stand for: this is the process they are remote to. */
  take(remotes: readonly (RemoteValue | undefined)[]): readonly unknown[] {
    const ids = remotes.flatMap((remote) => (remote?.objectId === undefined ? [] : [remote.objectId]));
    const objects: unknown[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE) objects.push(...this.#take(ids.slice(from, from + AT_ONCE)));
    let next = 0;
    return remotes.map((remote) => (remote?.objectId === undefined ? primitive(remote) : objects[next++]));
  }

  /** Lets go of all values now. */
  letGo(): void {
    this.#held = 0;
    this.#given = null;
    this.#inspector.post("Runtime.releaseObjectGroup", { objectGroup: HAND });
  }

  #take(ids: readonly string[]): readonly unknown[] {
    const hand = theHand();
    this.#inspector.post("Runtime.callFunctionOn", { objectId: ids[0], arguments: ids.map((objectId) => ({ objectId })), functionDeclaration: TAKE });
    const { taken } = hand;
    hand.taken = [];
    return taken;
  }

  #idsOf(values: readonly object[]): readonly (string | undefined)[] {
    const { given } = theHand();
    this.#given ??= this.#inspector.post<{ result: RemoteValue }>("Runtime.evaluate", { expression: `globalThis[Symbol.for("${HAND}")].given`, objectGroup: HAND }).result.objectId as string;
    for (let index = 0; index < values.length; index++) given[index] = values[index];
    try {
      const { result } = this.#inspector.post<Properties>("Runtime.getProperties", { objectId: this.#given, ownProperties: true });
      // What an interrupted question may have left comes after these.
      return values.map((_, index) => result[index].value?.objectId);
    } finally {
      for (let index = 0; index < values.length; index++) delete given[index];
    }
  }

  #properties(objectId: string | undefined, options: object): Properties | null {
    try {
      return this.#inspector.post<Properties>("Runtime.getProperties", { objectId, ownProperties: true, ...options });
    } catch {
      return null;
    }
  }
}

function primitive(remote: RemoteValue | undefined): unknown {
  const text = remote?.unserializableValue;
  if (text === undefined) return remote?.value;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}

function theHand(): Hand {
  const known = (globalThis as Record<symbol, unknown>)[Symbol.for(HAND)] as Hand | undefined;
  if (known !== undefined) return known;
  const hand: Hand = { given: Object.create(null) as Record<number, unknown>, taken: [] };
  Object.defineProperty(globalThis, Symbol.for(HAND), { value: hand });
  return hand;
}
