/** What the engine does not see yet: left out of the random notebooks, so that they find what is new. */
import { KIND_NAMES, type KindName } from "./definition-kinds.ts";

/**
 * Kinds of definitions that the engine is wrong about:
 * - proxy: `const d = new Proxy({ by: 1 }, {})` and a task that only reads `d.by`: it is kept, though a proxy can not be looked into.
 * - arrayProperty: `const d = Object.assign([1, , 2], { by: 1 })`, then `d.by = 2`: a hole hides the property.
 */
export const ENGINE_GAPS: readonly KindName[] = ["proxy", "arrayProperty"];

const all = process.env.FLOWLET_GAPS === "1";

/** The kinds that the engine is right about; with FLOWLET_GAPS=1 all. */
export const SOUND_KINDS: readonly KindName[] = KIND_NAMES.filter((kind) => all || !ENGINE_GAPS.includes(kind));
