/** Questions to the user. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient } from "./kernel-client.ts";

let kernel: KernelClient;
beforeAll(async () => void (kernel = await KernelClient.start()));
afterAll(() => kernel?.stop());

/** Executes a cell and answers its questions. @param options.after answers when the cell has printed that. @returns the questions and what became of the cell */
async function converse(code: string, answers: unknown[], { after }: { readonly after?: string } = {}) {
  const cell = await kernel.begin(code, { allow_stdin: true });
  const questions = [];
  let since = 0;
  for (const value of answers) {
    const question = await kernel.waitFor(({ channel, header, parent_header }) => channel === "stdin" && header.msg_type === "input_request" && parent_header.msg_id === cell.id, since);
    since = kernel.received.indexOf(question) + 1;
    questions.push(question.content);
    if (after !== undefined) await kernel.waitFor(({ header, content, parent_header }) => header.msg_type === "stream" && content.text.includes(after) && parent_header.msg_id === cell.id);
    await kernel.send("stdin", "input_reply", { value });
  }
  return { questions, ...(await cell.done) };
}

test("prompt blocks and returns the answer", async () => {
  const { questions, result, stdout } = await converse("console.log('asking'); const name = prompt('Name?'); `Hello, ${name}!`", ["Marvin"]);
  expect(questions).toEqual([{ prompt: "Name? ", password: false }]);
  expect(result["text/plain"]).toBe("'Hello, Marvin!'");
  expect(stdout).toBe("asking\n");
});

test("prompt returns its default for an empty answer", async () => {
  expect((await converse("prompt('x', 'default')", [""])).result["text/plain"]).toBe("'default'");
  expect((await converse("prompt('x')", [""])).result["text/plain"]).toBe("''");
});

test("several questions are asked one after the other", async () => {
  const { questions, result } = await converse("[prompt('1'), prompt('2'), await input('3 '), await input('4 ', { password: true })].join()", ["a", "b", "c", "d"]);
  expect(questions.map(({ prompt }) => prompt)).toEqual(["1 ", "2 ", "3 ", "4 "]);
  expect(questions[3]).toEqual({ prompt: "4 ", password: true });
  expect(result["text/plain"]).toBe("'a,b,c,d'");
});

test("input lets timers go on while it waits", async () => {
  const { stdout } = await converse("let ticks = 0; const timer = setInterval(() => ticks++, 5); setTimeout(() => console.log('tick'), 1); await input('wait'); clearInterval(timer);", ["x"], { after: "tick" });
  expect(stdout).toBe("tick\n");
});

test("a malformed answer is no answer", async () => {
  expect((await converse("prompt('x')", [5])).result["text/plain"]).toBe("null");
  expect((await converse("await input('x')", [{ not: "text" }])).error?.evalue).toMatch(/gave no answer/);
});

test.each(["prompt('x')", "await input('x')"])("%s fails where the front end cannot be asked", async (code) => {
  expect((await kernel.execute(code, { allow_stdin: false })).error?.evalue).toMatch(/cannot be asked/);
});

test.each(["prompt('x')", "await input('x')"])("%s can be interrupted, and an answer that comes later is dropped", async (code) => {
  const cell = await kernel.begin(code, { allow_stdin: true });
  await kernel.waitFor(({ channel, parent_header }) => channel === "stdin" && parent_header.msg_id === cell.id);
  await kernel.interrupt();
  expect((await cell.done).error?.ename).toBe("KeyboardInterrupt");
  await kernel.send("stdin", "input_reply", { value: "too late" });
  expect((await converse("prompt('again')", ["in time"])).result["text/plain"]).toBe("'in time'");
});

test("a cell that has ended cannot ask", async () => {
  const cell = await kernel.begin("setTimeout(() => prompt('x'), 10); 1", { allow_stdin: true });
  await cell.done;
  await kernel.waitFor(({ header, parent_header, content }) => parent_header.msg_id === cell.id && header.msg_type === "error" && /has ended/.test(content.evalue));
});
