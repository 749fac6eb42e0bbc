/** The short lines of logs that `flowlet run` shows: `└── 14:02:11 | INFO    | message`. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;

const WIDEST = 7;

/** @param at milliseconds since 1970, shown in local time */
export function logLine({ at, level, message }: { readonly at: number; readonly level: string; readonly message: string }): string {
  const date = new Date(at), two = (n: number) => String(n).padStart(2, "0");
  const lead = `└── ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} | ${level.padEnd(WIDEST)} | `;
  return lead + message.trimEnd().replaceAll("\n", `\n${" ".repeat(lead.length)}`);
}

/** Is a level as high as another one, or higher? */
export function isAtLeast(level: string, least: string): boolean {
  return LOG_LEVELS.indexOf(level as (typeof LOG_LEVELS)[number]) >= LOG_LEVELS.indexOf(least as (typeof LOG_LEVELS)[number]);
}
