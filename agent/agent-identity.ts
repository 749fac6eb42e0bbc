/** Who an agent is to the server: an agent that is started again under its name is the same, unless the former one still runs. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, lifeOf, type ProcessLife } from "./process-life.ts";

interface Identity {
  readonly id: string;
  readonly process: ProcessLife;
}

export class AgentIdentity {
  readonly #folder: string;
  readonly #path: string;

  /** @param folder of the agents of this user @param endpoint address of the server */
  constructor(folder: string, name: string, endpoint: string) {
    this.#folder = folder;
    this.#path = join(folder, `${createHash("sha256").update(`${endpoint}\n${name}`).digest("hex").slice(0, 16)}.json`);
  }

  /** The id that it had; null: it has none, or another process has it. */
  read(): string | null {
    try {
      const { id, process: former } = JSON.parse(readFileSync(this.#path, "utf8")) as Identity;
      return typeof id === "string" && typeof former.pid === "number" && (former.pid === process.pid || !isAlive(former)) ? id : null;
    } catch {
      return null;
    }
  }

  write(id: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#path}.tmp`, JSON.stringify({ id, process: lifeOf(process.pid) } satisfies Identity), { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
  }
}
