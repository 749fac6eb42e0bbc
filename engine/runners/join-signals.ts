/** Several AbortSignals as one: aborted when the first of them is. @returns undefined where there is none */
export function joinSignals(...given: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const signals = given.filter((one) => one !== undefined);
  return signals.length > 1 ? AbortSignal.any(signals) : signals[0];
}
