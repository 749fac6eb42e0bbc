/** Results: where a task's value is kept, and how (prefect.engine.result.Result). */
import { randomUUID } from "node:crypto";
import { FlowletError, describeValue } from "../errors.ts";
import { isSerializer, type Serializer } from "./serializers/serializer.ts";
import { V8Serializer } from "./serializers/v8-serializer.ts";
import { formatTemplate, type TemplateValues } from "./template.ts";

/** Where a result is: a text with `{places}` (docs/how-it-works.md, "Results on disk"), or a function of what a template may name. */
export type ResultLocation = string | ((values: TemplateValues) => string);

/** Options of all results. */
export interface ResultOptions {
  /** Default: `2026/11/23/<uuid>.flowlet_result`, a new one for each value. */
  readonly location?: ResultLocation | null;
  /** Default: a V8Serializer. */
  readonly serializer?: Serializer;
}

/**
 * Describes where values are kept and how they are written. This base class has no place of its own: reading and writing throw.
 *
 * A class of one's own (say, a bucket) implements `read`, `write` and `exists`, and takes locations from `format`. One that has
 * private fields implements `copy` too.
 */
export class Result<T = unknown> {
  /** As it was given; of a value that was written or read, the text of where it is. */
  readonly location: ResultLocation | null;
  readonly serializer: Serializer;
  /** The value that was written or read. */
  readonly value: T | undefined = undefined;

  /** @throws FlowletError BAD_OPTION */
  constructor(options: ResultOptions = {}) {
    const { location = null, serializer = new V8Serializer() } = options;
    const refuse = (option: string, expected: string, got: unknown): never => {
      throw new FlowletError("BAD_OPTION", { owner: this.kind, option, expected, got: describeValue(got) });
    };
    if (!isLocation(location) && location !== null) refuse("location", "a text or a function", location);
    if (!isSerializer(serializer)) refuse("serializer", "a serializer", serializer);
    this.location = location;
    this.serializer = serializer;
  }

  /** Name of the class; a state that travels as JSON says it. Built-in classes answer a text, so that it survives bundling. */
  get kind(): string { return this.constructor.name; }

  /** Values are never written, whatever the run says: they are read again where they come from. */
  get isNeverWritten(): boolean { return false; }

  /** A value that can not be written fails its task; true: the log says so, and the task's state has no place. */
  get isBestEffort(): boolean { return false; }

  /** Where values are kept that have no location. */
  get defaultLocation(): string {
    const now = new Date();
    return `${now.getFullYear()}/${now.getMonth() + 1}/${now.getDate()}/${randomUUID()}.flowlet_result`;
  }

  /**
   * Reads a value. @param location text of where it is, as `location` of what `write` returned
   * @returns a copy that has the value; @throws FlowletError RESULT_NOT_READ, and here RESULT_WITHOUT_STORE
   */
  read(_location: string): Promise<Result<T>> {
    return Promise.reject(new FlowletError("RESULT_WITHOUT_STORE", { result: this.toString(), action: "read values" }));
  }

  /**
   * Writes a value. @param values what fills the location's template
   * @returns a copy that has the value and its location; @throws FlowletError NOT_SERIALIZABLE, RESULT_NOT_WRITTEN, and here RESULT_WITHOUT_STORE
   */
  write(_value: T, _values: TemplateValues = {}): Promise<Result<T>> {
    return Promise.reject(new FlowletError("RESULT_WITHOUT_STORE", { result: this.toString(), action: "write values" }));
  }

  /** Is there a value? @param location a template or function; @param values what fills it. @throws FlowletError RESULT_NOT_READ, and here RESULT_WITHOUT_STORE */
  exists(_location: ResultLocation, _values: TemplateValues = {}): Promise<boolean> {
    return Promise.reject(new FlowletError("RESULT_WITHOUT_STORE", { result: this.toString(), action: "look for values" }));
  }

  /** A copy whose location is filled in. @throws FlowletError BAD_TEMPLATE, UNKNOWN_TEMPLATE_NAME, BAD_OPTION */
  format(values: TemplateValues = {}): this {
    return this.changed({ location: this.place(this.location ?? this.defaultLocation, values) });
  }

  /** A copy with a value that is not written yet, and no location. */
  fromValue(value: T): this {
    return this.changed({ value, location: null });
  }

  /** A copy that keeps values somewhere else. @throws FlowletError BAD_OPTION */
  at(location: ResultLocation): this {
    if (!isLocation(location)) throw new FlowletError("BAD_OPTION", { owner: this.kind, option: "location", expected: "a text or a function", got: describeValue(location) });
    return this.changed({ location, value: undefined });
  }

  copy(): this {
    return Object.assign(Object.create(Object.getPrototypeOf(this) as object) as this, this);
  }

  /** A copy with other fields. For classes of results. */
  protected changed(fields: { readonly location?: ResultLocation | null; readonly value?: T | undefined }): this {
    return Object.assign(this.copy(), fields);
  }

  /** The text of a location. For classes of results. @throws FlowletError BAD_TEMPLATE, UNKNOWN_TEMPLATE_NAME, BAD_OPTION */
  protected place(location: ResultLocation, values: TemplateValues): string {
    if (typeof location === "string") return formatTemplate(location, values);
    const text: unknown = location(values);
    if (typeof text === "string" && text !== "") return text;
    throw new FlowletError("BAD_OPTION", { owner: this.kind, option: "location", expected: "a function that returns a text", got: describeValue(text) });
  }

  /** `<LocalResult: "2026/11/23/….flowlet_result">` */
  toString(): string {
    const { location } = this;
    return location === null ? `<${this.kind}>` : `<${this.kind}: ${typeof location === "string" ? JSON.stringify(location) : "a function"}>`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}

function isLocation(value: unknown): value is ResultLocation {
  return typeof value === "function" || (typeof value === "string" && value !== "");
}
