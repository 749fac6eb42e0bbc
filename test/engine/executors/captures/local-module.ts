/** A module that the program imports: in a thread it is loaded anew. */
import { basename } from "node:path";

/** Changed by who imports it, on the main thread only. */
export const settings = { rate: 2 };
let secret = 1;
export function setSecret(value: number): void { secret = value; }
/** Reads a variable of the module. */
export function readSecret(): number { return secret; }
/** A closure that the module makes: no export, so it travels by its source. */
export const makeReader = (factor: number) => () => secret * factor;
export const name = (path: string): string => basename(path);
export const LIMIT = 12;
export class Shape {
  readonly #sides: number;
  constructor(sides: number) { this.#sides = sides; }
  get sides(): number { return this.#sides; }
}
export class NotEnough extends Error {
  readonly missing: number;
  constructor(missing: number) {
    super(`${missing} are missing`);
    this.missing = missing;
  }
}
export default function describe(value: unknown): string { return `<${String(value)}>`; }
