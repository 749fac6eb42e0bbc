/** The language thread: answers one question at a time. It blocks while the compiler works, which is why it is a thread. */
import { parentPort, workerData } from "node:worker_threads";
import { NotebookLanguage } from "./notebook-language.ts";
import type { LanguageQuestions, LanguageReply, LanguageRequest, LanguageThreadData, QuestionName } from "./worker-messages.ts";

const port = parentPort!;
const { directory, kernelId, restore } = workerData as LanguageThreadData;
const send = (reply: LanguageReply) => port.postMessage(reply);
const language = new NotebookLanguage(directory, kernelId, (compiler) => send({ compiler }));
language.restore(restore);

try {
  language.warmUp();
} catch {
  // The first question says what is wrong.
}
send({ ready: true });

port.on("message", (request: LanguageRequest) => {
  try {
    send({ id: request.id, answer: answer(request) });
  } catch (error) {
    send({ id: request.id, error: error instanceof Error ? error.message : String(error) });
  }
  if (request.name === "close") port.close();
  else language.afterAnswer();
});

function answer(request: LanguageRequest): LanguageQuestions[QuestionName]["answer"] {
  switch (request.name) {
    case "prepareCell":
      return language.prepareCell(request.ask);
    case "complete":
      return language.complete(request.ask.code, request.ask.cursor);
    case "inspect":
      return language.inspect(request.ask.code, request.ask.cursor, request.ask.detail);
    case "isComplete":
      return language.isComplete(request.ask.code);
    case "reset":
      language.reset();
      return null;
    case "close":
      language.close();
      return null;
  }
}
