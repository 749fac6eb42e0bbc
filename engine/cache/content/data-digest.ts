/** What captured data are now, without the code around them: tells whether a reading still holds where only data can have changed. */
import { ContentText } from "./content-text.ts";
import { DataWriter } from "./data-writer.ts";
import { ReaderSurroundings } from "./reader-surroundings.ts";

/** Content of some objects together, and the functions in them by identity. */
export interface DataDigest {
  readonly id: string;
  readonly functions: readonly Function[];
}

/** Reads it. */
export class DigestReader extends ReaderSurroundings {
  readonly #text = new ContentText();
  readonly #functions: Function[] = [];

  read(roots: readonly unknown[]): DataDigest {
    const writer = new DataWriter(this.#text, this);
    for (const root of roots) writer.value(root);
    return { id: this.#text.end().id, functions: this.#functions };
  }

  meet(fn: Function): void { this.#functions.push(fn); }

  unknown(why: string): void { this.#text.writeText(why); }

  writeKnown(value: object): boolean {
    const known = this.known(value, null);
    if (known !== undefined) this.#text.write(`K${known.id};`);
    return known !== undefined;
  }
}

export function isSameDigest(one: DataDigest, other: DataDigest): boolean {
  return one.id === other.id && one.functions.length === other.functions.length && one.functions.every((fn, index) => fn === other.functions[index]);
}
