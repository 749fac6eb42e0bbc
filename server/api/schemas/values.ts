/** Values that many bodies hold. Instants are ISO 8601 texts in UTC, durations milliseconds, ids UUIDs. */
import { z } from "zod";
import { STATES, type StateName } from "../../../protocol/states.ts";

export const id = z.uuid();
/** An instant: `2026-01-31T12:00:00.000Z`. */
export const instant = z.iso.datetime();
/** A name that people read. */
export const name = z.string().trim().max(200).regex(/\S/, { error: "a text that is not blank" });
export const label = name;
export const labels = z.array(label).max(100);
/** Any JSON. What arrives was read as JSON already: looking through it again costs much for large bodies, and finds nothing. */
export const json = z.unknown().meta({ id: "Json", description: "Any JSON." }) as unknown as z.ZodType<z.core.util.JSONType, z.core.util.JSONType>;
export const jsonObject = z.record(z.string(), json);
export const stateName = z.enum(Object.keys(STATES) as [StateName, ...StateName[]]).meta({ id: "StateName", description: "Name of a state." });

/** A page of a list: `after` is the `next` of the page before. */
export const page = { limit: z.int().min(1).max(200).default(50), after: z.string().max(500).optional() };

/** A list's page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    /** For `after`; null: this is the last page. */
    next: z.string().nullable(),
  });
}

/** What an operation without a result answers. */
export const done = z.object({ done: z.literal(true) }).meta({ id: "Done" });
