/** Databases for tests: new ones, of each kind. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, inject } from "vitest";

export const DATABASES = ["sqlite", "postgres"] as const;
export type DatabaseKind = (typeof DATABASES)[number];

/** Path or address of an empty database, which is gone after the tests of the file. */
export async function newDatabase(kind: DatabaseKind): Promise<string> {
  return kind === "sqlite" ? join(newFolder(), "flowlet.db") : newPostgres();
}

/** A folder that is gone after the tests of the file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-state-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function newPostgres(): Promise<string> {
  const answer = await fetch(inject("postgresStarter"));
  const server = await answer.text();
  if (!answer.ok) throw new Error(server);
  const name = `test_${randomBytes(6).toString("hex")}`;
  const client = new pg.Client({ connectionString: `${server}postgres` });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return server + name;
}
