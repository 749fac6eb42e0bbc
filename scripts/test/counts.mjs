/** What suites count. */

/**
 * @typedef {object} Counts
 * @property {number} passed - tests
 * @property {number} failed - tests; a file or a suite that could not be run counts as one
 * @property {number} skipped - tests
 */

/** @type {Counts} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {Counts} a
 * @param {Partial<Counts>} b
 * @returns {Counts} the sums
 */
export function add(a, b) {
  return { passed: a.passed + (b.passed ?? 0), failed: a.failed + (b.failed ?? 0), skipped: a.skipped + (b.skipped ?? 0) };
}

/** @returns {string} the closing line: `N passed, M failed` and, where there are any, `, K skipped` */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
