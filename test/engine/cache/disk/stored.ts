/** Folders of kept results, and results to keep in them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach } from "vitest";
import { ContentReader, primitiveContent } from "../../../../engine/cache/content.ts";
import { ResultStore, type ResultStoreOptions } from "../../../../engine/cache/disk/result-store.ts";
import type { KeptResult, KeyParts } from "../../../../engine/cache/kept-result.ts";

const reader = new ContentReader();
const folders: string[] = [];
const stores: ResultStore[] = [];

/** A folder that is gone after the test, with the stores in it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-store-"));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A store as another process would open it. */
export function storeIn(folder: string, options?: ResultStoreOptions): ResultStore {
  const store = new ResultStore(folder, options);
  stores.push(store);
  return store;
}

/** A result of task `t`, as a run keeps it. */
export function result(key: string, value: unknown, more: Partial<KeptResult> = {}): KeptResult {
  const { id, size } = reader.read(value);
  return { key, value, content: primitiveContent(value) ?? id, size, logs: [], outside: [], dependencies: [], duration: 5, at: 1_700_000_000_000, flow: "f", slug: "t", mapIndex: null, validated: undefined, usedAt: 0, ...more };
}

export const parts = (key: string, code: Record<string, string>, inputs: Record<string, string> = {}): KeyParts => ({ key, prefix: "p", code: new Map(Object.entries(code)), names: Object.keys(inputs), contents: Object.values(inputs) });

/** Puts results into a folder and closes it. */
export async function fill(folder: string, results: readonly KeptResult[], options?: ResultStoreOptions): Promise<void> {
  const store = storeIn(folder, options);
  for (const one of results) store.put(one, null);
  await store.flush();
  store.close();
}

/** Does something to the database itself, as an accident would. */
export function inDatabase<T>(folder: string, body: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, "results.db"));
  try {
    return body(database);
  } finally {
    database.close();
  }
}
