/** What passes between `startLanguage` and its thread. */
import type { CellSource, Completeness, Completions, Inspection } from "./language.ts";
import type { PreparedCell } from "./notebook-language.ts";

/** What the thread is started with. */
export interface LanguageThreadData {
  readonly directory: string;
  readonly kernelId: string;
  /** Cells that an earlier thread prepared. */
  readonly restore: readonly PreparedCell[];
}

/** Questions and their answers. */
export interface LanguageQuestions {
  prepareCell: { ask: CellSource; answer: PreparedCell };
  complete: { ask: { code: string; cursor: number }; answer: Completions };
  inspect: { ask: { code: string; cursor: number; detail: 0 | 1 }; answer: Inspection };
  isComplete: { ask: { code: string }; answer: Completeness };
  reset: { ask: Record<never, never>; answer: null };
  close: { ask: Record<never, never>; answer: null };
}

export type QuestionName = keyof LanguageQuestions;

/** To the thread. */
export type LanguageRequest = { [name in QuestionName]: { readonly id: number; readonly name: name; readonly ask: LanguageQuestions[name]["ask"] } }[QuestionName];

/** From the thread. */
export type LanguageReply =
  | { readonly id: number; readonly answer: LanguageQuestions[QuestionName]["answer"] }
  | { readonly id: number; readonly error: string }
  | { readonly compiler: number | undefined }
  | { readonly ready: true };
