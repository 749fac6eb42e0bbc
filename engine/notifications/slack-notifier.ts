/** A state handler that tells Slack (prefect.utilities.notifications.slack_notifier). */
import { currentConfig } from "../config/config.ts";
import { context } from "../context.ts";
import { FlowletError } from "../errors.ts";
import { FlowGraph } from "../graph/flow-graph.ts";
import { describeError } from "../runners/error-text.ts";
import { Secret } from "../secrets/secret.ts";
import type { State } from "../state.ts";
import type { AnyStateHandler } from "./callback-factory.ts";
import { postJson } from "./post-json.ts";

/** A class of states, also State itself: all. */
export type StateClass = abstract new (...inputs: any[]) => State;

/** All optional. */
export interface SlackNotifierOptions {
  /** Only states of these classes and their kinds are told. Default: all. */
  readonly onlyStates?: readonly StateClass[];
  /** States of these classes and their kinds are not told. */
  readonly ignoreStates?: readonly StateClass[];
  /** Name of the {@link Secret} that is the address of the web hook. Default `SLACK_WEBHOOK_URL`. */
  readonly webhookSecret?: string;
  /** Link to the run's page, where a server records the run. Default true. */
  readonly backendInfo?: boolean;
  /** Address of a proxy, `http://proxy:3128`. */
  readonly proxy?: string;
  /** Time for Slack to answer (milliseconds). Default 30,000. */
  readonly timeout?: number;
}

/** What has states: a task or a flow. */
interface Subject {
  readonly name: string;
}

/**
 * Tells Slack about changes of state. With options it gives a handler, for tasks and flows:
 * `stateHandlers: [slackNotifier({ onlyStates: [Failed] })]`. It is also a handler itself: `stateHandlers: [slackNotifier]`, or called in one of
 * one's own, `await slackNotifier(task, oldState, newState, options)`.
 *
 * A message that can not be sent is an error of the handler (NOTIFICATION_FAILED, SECRET_NOT_FOUND): the run ends Failed.
 *
 * Differs: a state that is not told needs no secret; an answer is waited for `timeout` milliseconds.
 */
export function slackNotifier(options?: SlackNotifierOptions): AnyStateHandler<any>;
export function slackNotifier(subject: Subject, oldState: State, newState: State, options?: SlackNotifierOptions): Promise<State>;
export function slackNotifier(first: SlackNotifierOptions | Subject = {}, oldState?: State, newState?: State, options?: SlackNotifierOptions): AnyStateHandler<any> | Promise<State> {
  if (oldState === undefined || newState === undefined) return (subject: Subject, _: State, state: State) => notify(subject, state, first as SlackNotifierOptions);
  return notify(first as Subject, newState, options ?? {});
}

async function notify(subject: Subject, state: State, options: SlackNotifierOptions): Promise<State> {
  const { onlyStates = [], ignoreStates = [], webhookSecret = "SLACK_WEBHOOK_URL", backendInfo = true, proxy, timeout = 30_000 } = options;
  if (ignoreStates.some((stateClass) => state instanceof stateClass)) return state;
  if (onlyStates.length > 0 && !onlyStates.some((stateClass) => state instanceof stateClass)) return state;
  const refuse = (why: string, cause?: unknown): never => {
    throw new FlowletError("NOTIFICATION_FAILED", { service: "Slack", subject: String(subject), why, secret: webhookSecret }, { cause });
  };
  const address = new Secret(webhookSecret).get() as unknown;
  if (typeof address !== "string") return refuse("the address is no text");
  const answer = await postJson(address, slackMessage(subject, state, backendInfo), { proxy, timeout }).catch((error: unknown) => refuse(whyNotSent(error, timeout), error));
  if (answer.status < 200 || answer.status > 299) return refuse(`it answered ${answer.status}${answer.text === "" ? "" : ` (${answer.text})`}`);
  return state;
}

function whyNotSent(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError" || error.name === "AbortError") return `there was no answer in ${timeout} ms`;
  return error instanceof AggregateError && error.message === "" ? error.errors.map((one) => (one as Error).message).join("; ") : error.message;
}

/** The message, in the form of Slack's attachments. */
export function slackMessage(subject: Subject, state: State, backendInfo: boolean): { readonly attachments: readonly object[] } {
  const value = state.result instanceof Error ? `\`\`\`${describeError(state.result)}\`\`\`` : state.message;
  const link = backendInfo ? runLink(subject) : null;
  return {
    attachments: [{
      fallback: "State change notification", color: state.color, author_name: "Flowlet", title: state.type,
      fields: value === null ? [] : [{ title: "Message", value, short: false }],
      text: `${subject.name} is now in a ${state.type} state`, footer: "Flowlet notification", ...(link !== null && { title_link: link }),
    }],
  };
}

/** The page of the run; null where no server records it. */
function runLink(subject: Subject): string | null {
  if (context.runningWithBackend !== true) return null;
  const page = subject instanceof FlowGraph ? `flow-run/${context.flowRunId}` : `task-run/${context.taskRunId}`;
  return `${currentConfig().server.ui.endpoint}/${page}`;
}
