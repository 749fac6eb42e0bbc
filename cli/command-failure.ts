/** A command that did what it was asked, with a bad outcome: it ends with 1, and its message stands alone on the last line. */
export class CommandFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CommandFailure";
  }
}
