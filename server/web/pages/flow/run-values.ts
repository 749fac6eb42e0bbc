/** What is typed into a form, as values. */
import type { FlowParameter } from "../../live/api.ts";

/** How a parameter is asked for. */
export type InputKind = "text" | "number" | "boolean" | "date" | "json";

type Json = FlowParameter["default"];

/** By its type as written, else by its default. */
export function inputKind({ type, required, default: value }: Pick<FlowParameter, "type" | "required" | "default">): InputKind {
  const written = type?.replace(/\s*\|\s*(null|undefined)\b/g, "").trim();
  if (written === "string") return "text";
  if (written === "number" || written === "bigint") return "number";
  if (written === "boolean") return "boolean";
  if (written === "Date") return "date";
  if (written !== undefined && written !== "" && written !== "unknown" && written !== "any") return /^"[^"]*"(\s*\|\s*"[^"]*")*$/.test(written) ? "text" : "json";
  if (required || value === null) return "json";
  return typeof value === "string" ? "text" : typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "json";
}

/** A value as it stands in its input. */
export function inputText(kind: InputKind, value: unknown): string {
  if (value === undefined || (value === null && kind !== "json")) return "";
  if (kind === "text" || kind === "date") return typeof value === "string" ? value : JSON.stringify(value);
  return JSON.stringify(value, undefined, kind === "json" ? 2 : undefined);
}

/** What was typed. Nothing typed: undefined, the default counts. */
export type TypedValue = { readonly value: Json | undefined } | { readonly problem: string };

/** @param required nothing typed is a mistake */
export function readInput(kind: InputKind, text: string, required: boolean): TypedValue {
  if (text.trim() === "" && !(kind === "text" && text !== "")) return required ? { problem: "It is required." } : { value: undefined };
  switch (kind) {
    case "text": return { value: text };
    case "date": return Number.isNaN(Date.parse(text)) ? { problem: "A date such as 2026-01-31 or 2026-01-31T06:00:00Z." } : { value: text.trim() };
    case "number": return Number.isFinite(Number(text)) ? { value: Number(text) } : { problem: `A number, not ${text}.` };
    case "boolean": return { value: text === "true" };
    case "json": return readJson(text);
  }
}

function readJson(text: string): TypedValue {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: `No JSON: ${(error as Error).message}. A text stands between quotes: "…".` };
  }
}

/** @returns an object; a text says what is wrong */
export function readJsonObject(text: string): { [name: string]: Json } | string {
  if (text.trim() === "") return {};
  const read = readJson(text);
  if ("problem" in read) return read.problem;
  return typeof read.value === "object" && read.value !== null && !Array.isArray(read.value) ? (read.value as { [name: string]: Json }) : "A JSON object: names with values.";
}

/** `a, b` */
export function labelsOf(text: string): string[] {
  return [...new Set(text.split(",").map((one) => one.trim()).filter((one) => one !== ""))];
}
