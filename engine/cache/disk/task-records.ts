/** What is remembered of a flow's tasks, on disk. */
import { shorten } from "../content.ts";
import type { KeyParts } from "../kept-result.ts";
import { recordOf, type TaskRecords } from "../task-record.ts";
import type { StoreDatabase } from "./store-database.ts";

/** What of a task was written last: what is the same is not written again. */
interface Written {
  readonly key: string | undefined;
  readonly unkept: string | undefined;
  readonly duration: number | undefined;
  readonly note: string | undefined;
}

/** What is written of one flow's tasks. */
export type WrittenRecords = Map<string, Written>;

/** What of the parts is one text: of most tasks nobody asks for it. */
type PartsText = Pick<KeyParts, "prefix" | "names" | "contents"> & { readonly declared?: readonly (readonly [string, string])[] };

/** Parts that were read from disk. */
class StoredParts implements KeyParts {
  readonly key: string;
  unkept: string | undefined;
  readonly #text: string;
  readonly #code: () => ReadonlyMap<string, string>;
  #read: PartsText | null = null;

  constructor(key: string, unkept: string | null, text: string, code: () => ReadonlyMap<string, string>) {
    this.key = key;
    this.unkept = unkept ?? undefined;
    this.#text = text;
    this.#code = code;
  }

  get #parts(): PartsText { return (this.#read ??= textParts(this.#text)); }
  get code(): ReadonlyMap<string, string> { return this.#code(); }
  get prefix(): string { return this.#parts.prefix; }
  get names(): readonly string[] { return this.#parts.names; }
  get contents(): readonly string[] { return this.#parts.contents; }
  get declared(): ReadonlyMap<string, string> | undefined { return this.#parts.declared && new Map(this.#parts.declared); }
}

/** What can not be read says nothing: the reasons are for people. */
function textParts(text: string): PartsText {
  try {
    const { prefix, names, contents, declared } = JSON.parse(text) as PartsText;
    if (typeof prefix === "string" && Array.isArray(names) && Array.isArray(contents)) return { prefix, names, contents, ...(declared !== undefined && { declared }) };
  } catch {
    // Below.
  }
  return { prefix: "", names: [], contents: [] };
}

/** Reads what is known of a flow's tasks. */
export function readTaskRecords(database: StoreDatabase, flow: string): { readonly records: TaskRecords; readonly written: WrittenRecords } {
  const records: TaskRecords = new Map();
  const written: WrittenRecords = new Map();
  const codes = new Map<string, ReadonlyMap<string, string>>();
  const codeOf = (id: string) => () => {
    let code = codes.get(id);
    if (code === undefined) codes.set(id, (code = readCode(database, id)));
    return code;
  };
  for (const row of database.rows("select slug, key, (select id from codes where id = tasks.code), parts, unkept, duration, note from tasks where flow = ?", flow)) {
    const [slug, key, code, text, unkept, duration, note] = row as [string, string | null, string | null, string | null, string | null, number | null, string | null];
    const record = recordOf(records, slug);
    // Without the code it was made of, a key has nothing to say.
    if (key !== null && code !== null && text !== null) record.parts = new StoredParts(key, unkept, text, codeOf(code));
    record.duration = duration ?? undefined;
    record.note = note ?? undefined;
    written.set(slug, { key: record.parts?.key, unkept: unkept ?? undefined, duration: duration ?? undefined, note: note ?? undefined });
  }
  return { records, written };
}

/** Writes what has changed. In a transaction of the caller's. @returns what is to be called when it is committed */
export function writeTaskRecords(database: StoreDatabase, flow: string, records: TaskRecords, written: WrittenRecords, codeIds: CodeIds): () => void {
  const changes = new Map<string, Written>();
  for (const [slug, { parts: its, duration, note }] of records) {
    const before = written.get(slug);
    const now: Written = { key: its?.key, unkept: its?.unkept, duration, note };
    if (before !== undefined && before.key === now.key && before.unkept === now.unkept && before.duration === now.duration && before.note === now.note) continue;
    changes.set(slug, now);
    const text = its === undefined ? null : JSON.stringify({ prefix: its.prefix, names: its.names, contents: its.contents, ...(its.declared !== undefined && { declared: [...its.declared] }) } satisfies PartsText);
    database.run(
      "insert or replace into tasks (flow, slug, at, key, code, parts, unkept, duration, note) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", flow, slug, Date.now(), now.key ?? null,
      its === undefined ? null : codeIds.write(database, its.code), text, now.unkept ?? null, now.duration ?? null, now.note ?? null,
    );
  }
  return () => { for (const [slug, now] of changes) written.set(slug, now); };
}

/** Content of code by part, as it was written; empty where it is not known any more. */
export function readCode(database: StoreDatabase, id: string | null): ReadonlyMap<string, string> {
  try {
    return new Map(JSON.parse((id === null ? undefined : (database.row("select parts from codes where id = ?", id)?.[0] as string | undefined)) ?? "[]") as [string, string][]);
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

/** Code is written once, however many results were made by it. */
export class CodeIds {
  readonly #ids = new WeakMap<ReadonlyMap<string, string>, string>();

  /** Its id, after it was written where it is not there. */
  write(database: StoreDatabase, code: ReadonlyMap<string, string>): string {
    let id = this.#ids.get(code);
    if (id === undefined) {
      const text = JSON.stringify([...code]);
      this.#ids.set(code, (id = shorten(text)));
      database.run("insert or ignore into codes (id, parts) values (?, ?)", id, text);
    }
    return id;
  }
}
