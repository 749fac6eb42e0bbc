/** What main thread and control thread share and say to each other. Types and places only. */
import type { MessagePort } from "node:worker_threads";

import type { ToMain } from "../user-process/link.ts";

/** Places in the Int32Array that both threads share. */
export const SHARED = {
  /** Number of the last interrupt that the main thread has answered. */
  answeredInterrupt: 0,
  /** Number of the last message that the main thread has taken. */
  takenMessage: 1,
  /** Counts answers to a question that blocks the main thread. */
  inputAnswers: 2,
  /** Number of the last interrupt that the user asked for. */
  askedInterrupt: 3,
  length: 4,
} as const;

/** What the control thread is started with. */
export interface ControlThreadData {
  readonly shared: Int32Array<SharedArrayBuffer>;
  /** To the main thread: {@link ControlToMain}. */
  readonly main: MessagePort;
  /** Answers to questions that block the main thread: text or null. */
  readonly input: MessagePort;
}

/** The control thread says. A number again means the same thing: an interrupt may have swallowed the first. */
export type ControlToMain =
  | { readonly interrupt: number }
  | { readonly number: number; readonly message: ToMain };

/** The main thread says: a message before this one is missing. */
export type MainToControl = "resend";
