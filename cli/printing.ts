/** What commands print: lines for people, JSON for scripts. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, undefined, 2));
/** For people that look on: not part of what a script reads. */
export const printProgress = (text: string): void => void process.stderr.write(`${text}\n`);
/** `2 flows`, `1 flow` */
export const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;
