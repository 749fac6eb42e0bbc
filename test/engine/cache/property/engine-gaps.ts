/** What the engine does not see yet: left out of the random notebooks, so that they find what is new. */
import { KIND_NAMES, type KindName } from "./definition-kinds.ts";
import { ALL_KINDS, type NodeKind } from "./value-graph.ts";

/** Kinds of definitions whose change leaves a kept result in use. */
export const ENGINE_GAPS: readonly KindName[] = ["privateInstance", "privateClass", "patchedClass"];

/** The kinds that the engine is right about. */
export const SOUND_KINDS: readonly KindName[] = KIND_NAMES.filter((kind) => !ENGINE_GAPS.includes(kind));

/** Kinds of values whose change is not seen, or that are taken for others. */
export const VALUE_GAPS: readonly NodeKind[] = [];

/** The kinds of values that the engine is right about. */
export const SOUND_VALUES: readonly NodeKind[] = ALL_KINDS.filter((kind) => !VALUE_GAPS.includes(kind));
