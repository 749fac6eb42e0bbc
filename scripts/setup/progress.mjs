/**
 * What the user sees while the set-up runs: one line a step with its time, a spinner in a terminal, plain lines elsewhere
 * (a pipe, CI), so that nothing is drawn over.
 */

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_INTERVAL_MS = 100;

export class Progress {
  #output;
  #animated;

  /** @param {NodeJS.WriteStream} [output] - default: standard error, so that standard output stays free for results */
  constructor(output = process.stderr) {
    this.#output = output;
    this.#animated = Boolean(output.isTTY) && process.env.TERM !== "dumb" && process.env.CI === undefined;
  }

  /** Prints a line of its own. */
  line(text) {
    this.#output.write(`${text}\n`);
  }

  /**
   * Runs one step and shows how it went.
   *
   * @template T
   * @param {string} title - what is set up, such as "npm packages"
   * @param {(note: (text: string) => void) => Promise<T>} work - the work; `note` says what it is doing now. A step that
   *   never calls `note` had nothing to do.
   * @returns {Promise<T>} what the work returned
   */
  async step(title, work) {
    const start = performance.now();
    let doing;
    let frame = 0;
    const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
    const draw = () => this.#output.write(`\r\x1b[2K${FRAMES[frame++ % FRAMES.length]} ${title}: ${doing ?? "checking"} (${seconds()})`);
    const timer = this.#animated ? setInterval(draw, FRAME_INTERVAL_MS) : undefined;
    const finish = (mark, outcome) => {
      clearInterval(timer);
      this.#output.write(`${this.#animated ? "\r\x1b[2K" : ""}${mark} ${title}${outcome}\n`);
    };
    try {
      const result = await work((text) => {
        // Without a terminal only the first note is printed: what changes every moment would fill the log.
        if (!this.#animated && doing === undefined) this.line(`… ${title}: ${text}`);
        doing = text;
      });
      finish("✔", doing === undefined ? "" : ` (${seconds()})`);
      return result;
    } catch (error) {
      finish("✘", ` (${seconds()})`);
      throw error;
    }
  }
}
