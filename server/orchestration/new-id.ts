/** Ids: UUIDs of version 7, so that what is made later has a higher one and is stored beside its like. */
import { randomBytes } from "node:crypto";

/** @returns makes ids that grow, also within a millisecond and when the clock goes back */
export function idMaker(now: () => number): () => string {
  let time = 0, count = 0;
  return () => {
    const at = now();
    if (at > time) [time, count] = [at, randomBytes(2).readUInt16BE() & 0x7ff];
    else if (++count > 0xfff) [time, count] = [time + 1, 0];
    const random = randomBytes(8);
    random[0] = (random[0]! & 0x3f) | 0x80;
    const digits = time.toString(16).padStart(12, "0") + (0x7000 | count).toString(16) + random.toString("hex");
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
  };
}

/** Id of an entry of a history: that of its owner with the version in its last digits. */
export function entryId(owner: string, version: number): string {
  return owner.slice(0, 28) + ((parseInt(owner.slice(28), 16) ^ version) >>> 0).toString(16).padStart(8, "0");
}
