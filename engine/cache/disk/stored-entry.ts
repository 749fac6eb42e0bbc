/** A kept result as a row of the store's database, and back. */
import { createHash } from "node:crypto";
import v8 from "node:v8";
import type { KeptResult, KeyParts } from "../kept-result.ts";

/** Of what `head` and `value` hold. A row of another format is no result for us. */
export const ENTRY_FORMAT = 1;

/** What a row holds beside its value. A list, since the names would be most of it. */
type Head = readonly [
  content: string, size: number, at: number, duration: number, outside: KeptResult["outside"], logs: KeptResult["logs"], dependencies: KeptResult["dependencies"],
  validated: KeptResult["validated"] | null, session: string, manifest: KeptResult["manifest"] | null, names: readonly string[], contents: readonly string[],
];

/** A row of the table of entries, as far as a result is read from it. */
export interface EntryRow {
  readonly head: Uint8Array;
  /** The packed value; null where it is in a file. */
  readonly value: Uint8Array | null;
  readonly file: string | null;
  readonly checksum: Uint8Array;
}

/** A head that was read. */
export interface EntryHead {
  readonly content: string;
  readonly size: number;
  readonly at: number;
  readonly duration: number;
  readonly outside: KeptResult["outside"];
  readonly logs: KeptResult["logs"];
  readonly dependencies: KeptResult["dependencies"];
  readonly validated: KeptResult["validated"] | null;
  readonly session: string;
  readonly manifest: KeptResult["manifest"] | null;
  /** Contents of the task's inputs by name. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** @throws where something in it can not be cloned: what a validator compares may be anything */
export function writeHead(kept: KeptResult, session: string, parts: KeyParts | null): Uint8Array {
  const { content, size, at, duration, outside, logs, dependencies, validated = null, manifest = null } = kept;
  return v8.serialize([content, size, at, duration, outside, logs, dependencies, validated, session, manifest, parts?.names ?? [], parts?.contents ?? []] satisfies Head);
}

/** @throws where it is none */
export function readHead(bytes: Uint8Array): EntryHead {
  const [content, size, at, duration, outside, logs, dependencies, validated, session, manifest, names, contents] = v8.deserialize(bytes) as Head;
  return { content, size, at, duration, outside, logs, dependencies, validated, session, manifest, inputs: new Map(names.map((name, index) => [name, contents[index]])) };
}

/** Of all that a result is read from. */
export function entryChecksum(key: string, { head, value, file }: Omit<EntryRow, "checksum">): Uint8Array {
  const sum = createHash("sha256").update(`${key}\n${file ?? ""}\n${head.length}\n`).update(head);
  if (value !== null) sum.update(value);
  return sum.digest().subarray(0, 16);
}
