/** Whether a request has the server's API token, or the cookie that a browser got for it. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** How long a browser stays logged in (milliseconds). */
export const SESSION_MS = 30 * 24 * 3600 * 1000;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The token of a server. */
export class ApiToken {
  /** Name of the cookie. Cookies of a host are those of all its ports: another server has another name. */
  readonly cookieName: string;
  readonly #digest: Buffer;
  readonly #key: Buffer;

  constructor(token: string) {
    this.#digest = digest(token);
    this.#key = digest(`session of ${token}`);
    this.cookieName = `flowlet-${digest(`name of ${token}`).toString("hex").slice(0, 12)}`;
  }

  /** In the same time for any text, so that nothing can be learnt from how long it takes. */
  matches(token: string): boolean {
    return timingSafeEqual(digest(token), this.#digest);
  }

  /** The token in `Authorization: Bearer …`. */
  isInHeader(authorization: string | undefined): boolean {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    return given !== undefined && this.matches(given);
  }

  /** A value for the cookie; the token itself is not in it. */
  session(now = Date.now()): string {
    const until = now + SESSION_MS;
    return `${until}.${this.#sign(until)}`;
  }

  /** Whether it is a value that {@link session} made, and not too long ago. */
  isSession(cookie: string | undefined, now = Date.now()): boolean {
    const [, until, signature] = /^(\d{1,15})\.([\w-]{43})$/.exec(cookie ?? "") ?? [];
    if (until === undefined || signature === undefined) return false;
    const isOurs = timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(Number(until))));
    return isOurs && Number(until) > now;
  }

  #sign(until: number): string {
    return createHmac("sha256", this.#key).update(String(until)).digest("base64url");
  }
}
