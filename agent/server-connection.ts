/** Whether the server is there: told once when it is lost, and once when it is back. */
import { isPassing } from "../client/api-error.ts";
import type { Logger } from "../engine/index.ts";

export class ServerConnection {
  readonly #endpoint: string;
  readonly #logger: Logger;
  #lostAt: number | null = null;

  constructor(endpoint: string, logger: Logger) {
    this.#endpoint = endpoint;
    this.#logger = logger;
  }

  get isLost(): boolean { return this.#lostAt !== null; }

  /** Asks the server, and notices whether it is there. @throws what the question throws */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question();
      this.#back();
      return answer;
    } catch (error) {
      if (isPassing(error)) this.#lost(error.message);
      else this.#back();
      throw error;
    }
  }

  #lost(why: string): void {
    if (this.#lostAt !== null) return;
    this.#lostAt = Date.now();
    this.#logger.warning(`The server is lost: ${why} Runs that have begun go on, and it is asked again and again.`);
  }

  #back(): void {
    if (this.#lostAt === null) return;
    const seconds = Math.round((Date.now() - this.#lostAt) / 1000);
    this.#lostAt = null;
    this.#logger.info(`Connected to ${this.#endpoint} again, after ${seconds} s.`);
  }
}
