/** The API token of a server, in a file that only its owner reads. */
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerFiles } from "./server-files.ts";

/** The token; made where there is none. Rights that others have on the file are taken back. */
export function storedToken({ token }: ServerFiles): string {
  const found = read(token);
  if (found !== null) {
    chmodSync(token, 0o600);
    return found;
  }
  const made = randomBytes(32).toString("base64url");
  try {
    writeFileSync(token, `${made}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // Another one was faster; or it is empty.
    const other = read(token);
    if (other !== null) return other;
    writeFileSync(token, `${made}\n`, { mode: 0o600 });
    chmodSync(token, 0o600);
  }
  return made;
}

/** Null: there is none. */
export function readToken({ token }: ServerFiles): string | null {
  return read(token);
}

function read(path: string): string | null {
  try {
    const text = readFileSync(path, "utf8").trim();
    return text === "" ? null : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
