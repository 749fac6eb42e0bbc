/** One JSON object a line, over a pipe. */

/** Writes an object as a line. @throws TypeError when it has a cycle or a bigint */
export function encodeLine(message: object): string {
  return `${JSON.stringify(message)}\n`;
}

/** Puts lines together from chunks and hands on the objects; a line that is no JSON object is left out and reported. */
export class LineReader {
  #rest: Buffer[] = [];
  readonly #received: (message: object) => void;
  readonly #malformed: (line: string) => void;

  constructor(received: (message: object) => void, malformed: (line: string) => void) {
    this.#received = received;
    this.#malformed = malformed;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#rest.push(chunk.subarray(start, end));
      start = end + 1;
      // Joined only when the line is complete: a long line in many chunks is copied once.
      const line = (this.#rest.length === 1 ? (this.#rest[0] as Buffer) : Buffer.concat(this.#rest)).toString("utf8");
      this.#rest = [];
      let message: unknown;
      try {
        message = JSON.parse(line);
      } catch {
        message = undefined;
      }
      if (typeof message === "object" && message !== null) this.#received(message);
      else this.#malformed(line);
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start));
  }
}
