/** Shapes of the scenario files; the folder's FORMAT.md describes the language. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An input: a scalar, an array of inputs, or an object with one key that says what it is (arguments.ts). */
export type Argument = Json;

/** One step of the construction; the other fields depend on `op` (steps.ts). */
export interface Step {
  readonly op: string;
  readonly try?: boolean;
  readonly [field: string]: any;
}

/** A state in words: what it is made with. */
export interface StateLiteral {
  readonly type: string;
  readonly message?: string | null;
  readonly result?: Json;
  readonly runCount?: number;
  readonly startInMs?: number;
  readonly expiresInMs?: number;
}

/** A state handler in words (handlers.ts). */
export interface HandlerLiteral {
  readonly kind: string;
  readonly label?: string;
  readonly on?: string;
  readonly with?: StateLiteral;
  readonly message?: string;
  readonly type?: string;
  readonly [field: string]: any;
}

/** What a call has to throw. */
export interface Throws {
  readonly messageContains?: readonly string[];
  readonly any?: boolean;
}

export interface Query {
  readonly query: string;
  readonly flow?: string;
  readonly expect: any;
  readonly [field: string]: any;
}

/** What a task or flow has to end with; absent fields are not compared, but for run counts and loop counts. */
export interface ExpectedState {
  readonly type: string;
  readonly message?: string | null;
  readonly messageContains?: readonly string[];
  readonly result?: Json;
  readonly calls?: number;
  readonly runCounts?: readonly number[];
  readonly loopCounts?: readonly number[];
  readonly transitions?: readonly string[];
  readonly onFailure?: readonly string[];
  readonly children?: readonly ExpectedState[];
}

export interface OrderCheck {
  readonly first: string;
  readonly then: string;
  readonly holds?: boolean;
}

export interface Run {
  readonly parameters?: { readonly [name: string]: Json };
  readonly flow?: string;
  readonly mode?: "pass";
  readonly approvals?: readonly string[];
  readonly taskStates?: { readonly [id: string]: StateLiteral };
  readonly carryStates?: "all" | readonly string[];
  readonly waitMs?: number;
  readonly context?: { readonly [key: string]: Json };
  readonly orderChecks?: readonly OrderCheck[];
  readonly expect: {
    readonly throws?: Throws;
    readonly flow?: ExpectedState;
    readonly tasks?: { readonly [id: string]: ExpectedState };
    readonly orderChecks?: readonly OrderCheck[];
  };
}

export interface Scenario {
  readonly name: string;
  readonly topic?: string;
  readonly about?: string;
  readonly build: readonly Step[];
  readonly flow?: { readonly name?: string; readonly stateHandlers?: readonly HandlerLiteral[]; readonly onFailure?: boolean; readonly terminalStateHandler?: HandlerLiteral };
  readonly observe?: readonly string[];
  readonly buildErrors?: readonly { readonly step: number; readonly throws: Throws }[];
  readonly graph?: readonly Query[];
  readonly runs?: readonly Run[];
  readonly languageSpecific?: boolean;
}

/** All scenarios of a folder's files, in order of the files' names. @throws Error for a file of another format */
export function readScenarios(folder: string): Scenario[] {
  return readdirSync(folder).filter((file) => file.endsWith(".json")).sort().flatMap((file) => {
    const content = JSON.parse(readFileSync(join(folder, file), "utf8")) as { readonly format?: number; readonly scenarios?: readonly Scenario[] };
    if (content.format !== 1 || !Array.isArray(content.scenarios)) throw new Error(`${join(folder, file)}: expected {"format":1, "scenarios":[…]}, got format ${content.format}.`);
    return content.scenarios as readonly Scenario[];
  });
}
