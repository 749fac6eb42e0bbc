/** What the kernel process has to say to whoever reads its own stderr (the server's log); never to the notebook. */

/** One line about something that was wrong and was survived. */
export function report(text: string): void {
  process.stderr.write(`flowlet: ${text}\n`);
}

/** One line that only someone who looks for a fault wants to see; shown when `FLOWLET_DEBUG` is set. */
export function debug(text: string): void {
  if (process.env["FLOWLET_DEBUG"]) report(text);
}
