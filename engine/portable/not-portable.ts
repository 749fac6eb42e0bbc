/** Why a value can not be sent to another thread. Made into a FlowletError by who knows the task. */

/** Where in what was sent the culprit is, and what it is. */
export class NotPortable extends Error {
  /** In words: `socket`, `config.handlers[2] (used by clean)`, `its result.rows[0]`. */
  readonly place: string;
  /** In words: `a WeakMap`, `it uses the \`super\` around it`. */
  readonly what: string;

  constructor(place: string, what: string, options?: ErrorOptions) {
    super(`${place}: ${what}`, options);
    this.place = place;
    this.what = what;
  }
}
