/**
 * Content of the messages of the Jupyter protocol 5.4, as far as the kernel reads or writes them, and readers for what
 * comes from outside. Source: Jupyter, "Messaging in Jupyter".
 */

/** Version of the protocol that this kernel speaks. */
export const PROTOCOL_VERSION = "5.4";

/** A JSON object. */
export interface Json {
  readonly [key: string]: unknown;
}

/** Header of every message. */
export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
}

/** Content of an `error` output, and part of a failed reply. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  /** Lines; together they are what is shown. */
  readonly traceback: readonly string[];
}

/** `execute_request`, with defaults in place. */
export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly userExpressions: { readonly [name: string]: string };
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
  /** `metadata.cellId`; absent where the front end sends none. */
  readonly cellId?: string;
  /** `metadata.deletedCells`: cells the user removed since the last request. */
  readonly deletedCells: readonly string[];
}

/**
 * Reads an execute_request. Missing fields take the protocol's defaults.
 * @throws {TypeError} when `code` is not a text
 */
export function readExecuteRequest(content: Json, metadata: Json): ExecuteRequest {
  const silent = content["silent"] === true;
  const expressions: Record<string, string> = {};
  const given = content["user_expressions"];
  for (const [name, expression] of typeof given === "object" && given !== null ? Object.entries(given) : []) {
    if (typeof expression === "string") expressions[name] = expression;
  }
  const cellId = metadata["cellId"];
  const deleted = metadata["deletedCells"];
  return {
    code: readText(content, "code"),
    silent,
    storeHistory: !silent && content["store_history"] !== false,
    userExpressions: expressions,
    allowStdin: content["allow_stdin"] === true,
    stopOnError: content["stop_on_error"] !== false,
    ...(typeof cellId === "string" && cellId !== "" ? { cellId } : {}),
    deletedCells: Array.isArray(deleted) ? deleted.filter((id) => typeof id === "string") : [],
  };
}

/** @throws {TypeError} that names the field when it is not a text */
export function readText(content: Json, field: string): string {
  const value = content[field];
  if (typeof value !== "string") throw new TypeError(`Expected a text as "${field}", got ${JSON.stringify(value) ?? "nothing"}.`);
  return value;
}

/** @returns the field where it is a finite number, else `otherwise` */
export function readNumber(content: Json, field: string, otherwise: number): number {
  const value = content[field];
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/** What a reply says when a request could not be served. */
export function errorReply(error: unknown): Json {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}
