/** A wait that others can end. */
export class Wake {
  #called = false;
  #end: (() => void) | null = null;

  /** Ends the wait that is going on, else the next one. */
  now(): void {
    this.#called = true;
    this.#end?.();
  }

  /** Waits for so long (milliseconds), or until it is called. */
  wait(time: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#end = null;
        this.#called = false;
        resolve();
      };
      const timer = setTimeout(done, time);
      if (this.#called) done();
      else this.#end = done;
    });
  }
}
