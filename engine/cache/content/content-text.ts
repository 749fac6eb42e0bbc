/**
 * Where a content is written: a text that is hashed in pieces as it grows, so that a large value never is one large text; beside it
 * the numbers that have no short text, as bytes, which is several times as fast.
 */
import { createHash, hash, type Hash } from "node:crypto";
import { SHORT } from "./short-text.ts";

/** Characters, and numbers, that are collected before they are hashed: few calls, and the pieces stay in the processor's cache. */
const PIECE = 1 << 15;
const NUMBERS = 1 << 12;

/** A text that is being written. Everything in it is well-formed Unicode. */
export class ContentText {
  #text = "";
  #hash: Hash | null = null;
  /** Characters so far. */
  #length = 0;
  #numbers: Float64Array | null = null;
  #count = 0;
  #numbersHash: Hash | null = null;

  write(text: string): void {
    this.#text += text;
    if (this.#text.length > PIECE) this.#flush();
  }

  /** A text of the user's, with its length before it. */
  writeText(text: string): void {
    this.#text += text.isWellFormed() ? `s${text.length}:${text};` : `j${JSON.stringify(text)};`;
    if (this.#text.length > PIECE) this.#flush();
  }

  /** Every NaN is the same one; -0 is not 0. */
  writeNumber(number: number): void {
    if ((number | 0) === number && (number !== 0 || !Object.is(number, -0))) {
      this.#text += `n${number};`;
      return;
    }
    this.#text += "d";
    const numbers = (this.#numbers ??= new Float64Array(NUMBERS));
    numbers[this.#count++] = number === number ? number : NaN;
    if (this.#count === NUMBERS) this.#flushNumbers();
  }

  /** @returns what stands for all that was written since the last time, and its length; begins anew */
  end(): { readonly id: string; readonly size: number } {
    const size = this.#length + this.#text.length;
    if (this.#hash === null && this.#numbersHash === null && this.#count === 0 && size <= SHORT) {
      const id = this.#text;
      this.#text = "";
      return { id, size };
    }
    if (this.#count > 0) this.#flushNumbers();
    if (this.#numbersHash !== null) {
      this.write(`|${this.#numbersHash.digest("base64")}`);
      this.#numbersHash = null;
    }
    if (this.#hash === null) {
      const id = `#${hash("sha256", this.#text, "base64")}`;
      this.#text = "";
      return { id, size };
    }
    this.#flush();
    const id = `#${(this.#hash as Hash).digest("base64")}`;
    this.#hash = null;
    this.#length = 0;
    return { id, size };
  }

  #flush(): void {
    this.#hash ??= createHash("sha256");
    this.#length += this.#text.length;
    this.#hash.update(this.#text);
    this.#text = "";
  }

  #flushNumbers(): void {
    this.#numbersHash ??= createHash("sha256");
    this.#numbersHash.update((this.#numbers as Float64Array).subarray(0, this.#count));
    this.#length += this.#count;
    this.#count = 0;
  }
}
