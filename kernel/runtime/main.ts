/** The user process: composes what runs the user's cells, and says when it is ready. */
import { prepareTracing } from "../../engine/embedding.ts";
import { nameTask } from "../../engine/index.ts";
import type { NotebookFlows } from "../flows/front-end.ts";
import { createNotebookFlows } from "../flows/notebook-flows.ts";
import type { CellRuntime } from "../language/language.ts";
import { CellHistory } from "../slice/cell-history.ts";
import { OPTIONS_VARIABLE, type ToMain, type UserProcessOptions } from "../user-process/link.ts";
import { AskUser } from "./ask-user.ts";
import { CellRunner } from "./cell-runner.ts";
import { CellStacks } from "./cell-stacks.ts";
import { Control } from "./control.ts";
import { createDisplay } from "./display.ts";
import { Evaluator } from "./evaluator.ts";
import { installAwaits } from "./interruptible-awaits.ts";
import { LinkFrontEnd } from "./link-front-end.ts";
import { MainLink } from "./main-link.ts";
import { createModules, type Modules } from "./modules/modules.ts";
import { ThreadModules } from "./modules/thread-modules.ts";
import { NotebookCode } from "./notebook-code.ts";
import { installOutput } from "./output.ts";
import { keepRawOutputInOrder } from "./raw-writers.ts";
import { ValueDisplay } from "./value-display.ts";

const { directory, markKey } = JSON.parse(process.env[OPTIONS_VARIABLE] as string) as UserProcessOptions;
delete process.env[OPTIONS_VARIABLE];

const link = new MainLink(markKey);
const stacks = new CellStacks(directory);
const evaluator = new Evaluator();
const values = new ValueDisplay(() => flows, stacks);
const print = installOutput(link, stacks, () => flows);
keepRawOutputInOrder(link, print);

let lastInterrupt = 0;
const control = new Control({
  received,
  interrupted(number) {
    // Asked again, the flows have been told: only the rest remains to be done.
    if (number > lastInterrupt) {
      lastInterrupt = number;
      try {
        flows.interrupt();
      } catch (error) {
        runner.showLateError(error);
      }
    }
    runner.interrupt();
    frontEnd.interrupt();
  },
});
const threads = new ThreadModules(directory, () => modules);
const modules: Modules = createModules({ directory, onImport: (...imported) => threads.imported(...imported) });
const prepare = async (): Promise<void> => void (await modules.reloadChanged());
const history = new CellHistory();
const runner: CellRunner = new CellRunner({
  link, flows: () => flows, evaluator, stacks, values, history,
  interruptPending: () => control.interruptPending,
  prepare,
});
const code = new NotebookCode(stacks, () => modules);
const frontEnd: LinkFrontEnd = new LinkFrontEnd(link, stacks, () => runner.executing !== undefined, prepare);
const flows: NotebookFlows = createNotebookFlows(frontEnd, threads, code, history);
const askUser = new AskUser(link, control, () => runner.executing);

function received(message: ToMain): void {
  switch (message.type) {
    case "execute":
      return runner.execute(message);
    case "inputReply":
      return askUser.answered(message);
    case "commOpen":
      return flows.commOpened(message.commId, message.target, message.data);
    case "commMessage":
      return flows.commMessage(message.commId, message.data);
    case "commClose":
      return flows.commClosed(message.commId);
    case "turn":
      return frontEnd.turnGranted(message.turn);
    case "shutdown":
      return process.exit(0);
  }
}

// Whatever fails outside a cell's own evaluation is shown in the cell that started it, and the process survives.
process.on("uncaughtException", (error) => runner.showLateError(error));
process.on("unhandledRejection", (reason) => runner.showLateError(reason));
process.on("exit", (code) => link.send({ type: "exiting", code }));

const globals = {
  display: createDisplay({
    link,
    values,
    waitFor: (pending) => runner.waitFor(pending),
    addPayload: (payload) => runner.addPayload(payload),
    recordDisplay: (data) => flows.recordDisplay(data),
  }),
  prompt: askUser.prompt.bind(askUser),
  input: askUser.input.bind(askUser),
};
for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false, writable: true });
}

const cellRuntime: CellRuntime = Object.assign(modules, { name: nameTask, began: () => code.scriptBegan(runner.evaluating) });
Object.defineProperty(globalThis, Symbol.for("flowlet.cell"), { value: cellRuntime });
installAwaits();
prepareTracing();

link.send({ type: "ready" });
