/** Results that must not be kept anywhere: secrets (prefect.engine.results.SecretResult). */
import { FlowletError } from "../errors.ts";
import { Result } from "./result.ts";

/**
 * Its value is asked for again wherever it is needed; it is not in any file, state or message. The
 * states of secret tasks (SecretBase) have one; another task may have the option `result: new SecretResult(() => …)`, and
 * hides its result then.
 */
export class SecretResult<T = unknown> extends Result<T> {
  private readonly again: (() => T | Promise<T>) | null;

  /** @param again gives the value; null for one of another process, which can not be read here */
  constructor(again: (() => T | Promise<T>) | null) {
    super();
    this.again = again;
  }

  override get kind(): string { return "SecretResult"; }
  override get isNeverWritten(): boolean { return true; }

  override async read(_location?: string): Promise<this> {
    if (this.again === null) throw new FlowletError("RESULT_WITHOUT_STORE", { result: this.toString(), action: "read a secret of another process" });
    return this.changed({ value: await this.again() });
  }
  override exists(): Promise<boolean> { return Promise.resolve(this.again !== null); }
  override write(): Promise<never> {
    return Promise.reject(new FlowletError("RESULT_WITHOUT_STORE", { result: this.toString(), action: "write a secret" }));
  }
}
