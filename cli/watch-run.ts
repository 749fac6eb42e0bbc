export async function watchRun(...args: unknown[]): Promise<void> { void args; }
