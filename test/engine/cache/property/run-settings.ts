/** How many cases, and which. */

/** Of a test that makes many: a machine may have other things to do (milliseconds). */
export const TIMEOUT = 600_000;

/** @param cases number of cases where FLOWLET_CASES does not say @returns settings for fast-check; FLOWLET_SEED repeats a run */
export function runSettings(cases: number): { readonly numRuns: number; readonly seed: number } {
  const seed = Number(process.env.FLOWLET_SEED ?? Math.trunc(Math.random() * 2 ** 31));
  return { numRuns: Number(process.env.FLOWLET_CASES ?? cases), seed };
}
