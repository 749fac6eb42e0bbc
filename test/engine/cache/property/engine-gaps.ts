/** What the engine does not see yet: left out of the random notebooks, so that they find what is new. */
import { KIND_NAMES, type KindName } from "./definition-kinds.ts";

/** Kinds of definitions that the engine is wrong about. */
export const ENGINE_GAPS: readonly KindName[] = [];

const all = process.env.FLOWLET_GAPS === "1";

/** The kinds that the engine is right about; with FLOWLET_GAPS=1 all. */
export const SOUND_KINDS: readonly KindName[] = KIND_NAMES.filter((kind) => all || !ENGINE_GAPS.includes(kind));
