/** Tasks that give secrets (prefect.tasks.secrets). */
import { FlowletError } from "../errors.ts";
import type { TaskOptions } from "../task/task-options.ts";
import { Task } from "../task/task.ts";
import { Secret } from "./secret.ts";

/**
 * Base of tasks whose result is a secret: it is never shown, kept, cached or written, and it is made anew in every pass of a flow run
 * and in every restart. That of a task that the engine adds to pass it on (a part of it, a list that holds it) neither.
 * Subclasses implement `run` for stores of their own.
 */
export class SecretBase<A extends readonly any[] = any[], R = any> extends Task<A, R> {
  /** @throws FlowletError BAD_OPTION for options about keeping the result */
  constructor(options: TaskOptions = {}, anonymousName: string = new.target.name) {
    for (const option of ["cache", "cacheFor", "checkpoint", "result", "target"] as const) {
      if (options[option] !== undefined && options[option] !== false) {
        throw new FlowletError("BAD_OPTION", { owner: `Task ${options.name ?? anonymousName}`, option, expected: "left out: the result of a secret is never kept", got: "it" });
      }
    }
    super({ ...options, cache: false, checkpoint: false }, anonymousName);
  }

  override get hidesResult(): boolean { return true; }
}

const secretName = (given: string | undefined, own: string | null, owner: string): string => {
  const name = given ?? own;
  if (typeof name === "string" && name !== "") return name;
  throw new FlowletError("BAD_OPTION", { owner: `Task ${owner}`, option: "name", expected: "the name of a secret, given to the constructor or as an input", got: String(name) });
};

/**
 * Gives the value of a {@link Secret}: `connect(new FlowletSecret("DATABASE"))`. Called as a task it takes the name as an input
 * (prefect.tasks.secrets.PrefectSecret).
 */
export class FlowletSecret<T = any> extends SecretBase<[name?: string], T> {
  readonly secretName: string | null;

  /** @param name of the secret, and of the task */
  constructor(name?: string, options: TaskOptions = {}) {
    super({ ...(name !== undefined && { name }), ...options });
    this.secretName = name ?? null;
  }

  override run(name?: string): T {
    return new Secret<T>(secretName(name, this.secretName, this.name)).get();
  }
}

/** Options of a secret from the environment. */
export interface EnvVarSecretOptions<T> extends TaskOptions {
  /** Makes a value of another type of the text. */
  readonly cast?: (value: string) => T | Promise<T>;
  /** Fail where the variable is not set. Default false: the result is null. */
  readonly raiseIfMissing?: boolean;
}

/** Gives the value of an environment variable (prefect.tasks.secrets.EnvVarSecret). */
export class EnvVarSecret<T = any> extends SecretBase<[name?: string], T> {
  readonly variable: string | null;
  readonly cast: ((value: string) => T | Promise<T>) | null;
  readonly raiseIfMissing: boolean;

  /** @param name of the variable, and of the task */
  constructor(name?: string, { cast, raiseIfMissing = false, ...options }: EnvVarSecretOptions<T> = {}) {
    super({ ...(name !== undefined && { name }), ...options });
    this.variable = name ?? null;
    this.cast = cast ?? null;
    this.raiseIfMissing = raiseIfMissing;
  }

  override async run(name?: string): Promise<T> {
    const variable = secretName(name, this.variable, this.name);
    const value = process.env[variable];
    if (value === undefined) {
      if (this.raiseIfMissing) throw new Error(`Environment variable not set: ${variable}`);
      return null as T;
    }
    if (this.cast === null) return value as T;
    try {
      return await this.cast(value);
    } catch (error) {
      // What a parser says about a text often holds the text.
      throw new TypeError(`The value of the environment variable ${variable} can not be cast (${error instanceof Error ? error.name : typeof error}).`);
    }
  }
}
