/** Results that are a value of the program itself (prefect.engine.results.ConstantResult). */
import { FlowletError } from "../errors.ts";
import { Result } from "./result.ts";

/** Always has its value, and is never written. */
export class ConstantResult<T = unknown> extends Result<T> {
  declare readonly value: T;

  constructor(value: T) {
    super();
    this.value = value;
  }

  override get kind(): string { return "ConstantResult"; }
  override get isNeverWritten(): boolean { return true; }

  override read(_location?: string): Promise<this> { return Promise.resolve(this.copy()); }
  override exists(): Promise<boolean> { return Promise.resolve(true); }
  override write(): Promise<never> {
    return Promise.reject(new FlowletError("RESULT_WITHOUT_STORE", { result: this.toString(), action: "write values" }));
  }
}
