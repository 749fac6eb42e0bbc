import { describe, expect, test } from "vitest";
import { ApiToken, SESSION_MS } from "../../../server/http/security/api-token.ts";
import { HIDDEN, hideValues, isSecretVariable, refuseHidden } from "../../../server/http/security/hidden-values.ts";
import { checkOrigin } from "../../../server/http/security/request-origin.ts";

describe("where a request may come from", () => {
  const check = (headers: Record<string, string>, { path = "/api/projects", names = [] }: { path?: string; names?: string[] | null } = {}) => {
    try {
      checkOrigin(headers, path, names === null ? null : new Set(names));
      return "may";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test.each(["localhost", "localhost:8080", "LOCALHOST:8080", "localhost.:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "flowlet.localhost:8080"])("this computer is known as %s", (host) => {
    expect(check({ host })).toBe("may");
  });

  test.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.5:8080", "[::2]:8080", "evil.example#localhost", "0.0.0.0"])("and not as %s", (host) => {
    expect(check({ host })).toMatch(/FORBIDDEN|BAD_REQUEST/);
    expect(check({ host }, { path: "/" })).toMatch(/FORBIDDEN|BAD_REQUEST/);
  });

  test.each(["", "local host", "localhost:x", "a@localhost", "localhost/evil"])("a host that is none is refused: %j", (host) => {
    expect(check({ host })).toBe("BAD_REQUEST");
    expect(check({ host }, { names: null })).toBe("BAD_REQUEST");
  });

  test("other names count where the configuration says them, or where a token is asked for", () => {
    expect(check({ host: "flows.example:8080" }, { names: ["flows.example"] })).toBe("may");
    expect(check({ host: "10.0.0.5:8080" }, { names: null })).toBe("may");
  });

  test.each([
    [{ host: "localhost:8080", origin: "http://localhost:8080" }, "may"],
    [{ host: "localhost", origin: "http://localhost" }, "may"],
    [{ host: "localhost:8080", "sec-fetch-site": "same-origin" }, "may"],
    [{ host: "localhost:8080", "sec-fetch-site": "none" }, "may"],
    [{ host: "localhost:8080", origin: "http://localhost:8888" }, "FORBIDDEN"],
    [{ host: "localhost:8080", origin: "http://127.0.0.1:8080" }, "FORBIDDEN"],
    [{ host: "localhost:8080", origin: "https://evil.example" }, "FORBIDDEN"],
    [{ host: "localhost:8080", origin: "null" }, "FORBIDDEN"],
    [{ host: "localhost:8080", origin: "" }, "FORBIDDEN"],
    [{ host: "localhost:8080", "sec-fetch-site": "cross-site" }, "FORBIDDEN"],
    [{ host: "localhost:8080", "sec-fetch-site": "same-site" }, "FORBIDDEN"],
  ])("a request of a page: %j", (headers, verdict) => {
    expect(check(headers)).toBe(verdict);
    expect(check(headers, { names: null })).toBe(verdict);
  });

  test("a link of another site to a page is followed", () => {
    expect(check({ host: "localhost:8080", "sec-fetch-site": "cross-site" }, { path: "/flow-run/1" })).toBe("may");
  });
});

describe("the API token", () => {
  const token = new ApiToken("s3cret");

  test.each([["Bearer s3cret", true], ["bearer  s3cret", true], ["Bearer s3cre", false], ["Bearer s3cretx", false], ["Bearer ", false], ["Basic s3cret", false], ["s3cret", false], [undefined, false]])("in the header: %s", (header, isRight) => {
    expect(token.isInHeader(header)).toBe(isRight);
  });

  test("a session counts for a month, with this token only, and the token is not in it", () => {
    const session = token.session(1000);
    expect(session).not.toContain("s3cret");
    expect([token.isSession(session, 1000 + SESSION_MS - 1), token.isSession(session, 1000 + SESSION_MS), new ApiToken("other").isSession(session, 2000)]).toEqual([true, false, false]);
    const [until, signature] = session.split(".");
    for (const wrong of [`${Number(until) + 1}.${signature}`, `${until}.${signature.slice(1)}`, `${until}.${signature}x`, `${until}.`, until, "", undefined, `${until}.${"é".repeat(43)}`]) expect(token.isSession(wrong, 2000)).toBe(false);
  });

  test("cookies of two servers on one host have two names", () => {
    expect(new ApiToken("a").cookieName).not.toBe(new ApiToken("b").cookieName);
  });
});

describe("values that look like secrets", () => {
  test.each(["API_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "PASSWORD", "apiKey", "OPENAI_API_KEY", "dbPassword", "client-secret", "SENTRY_DSN"])("%s does", (name) => {
    expect(isSecretVariable(name, "x")).toBe(true);
  });

  test.each([["REGION", "eu"], ["MONKEY", "x"], ["TOKENIZERS", "x"], ["AUTHOR", "me"], ["URL", "https://example.org/a:b@c"], ["KEYBOARD", "de"]])("%s=%s does not", (name, value) => {
    expect(isSecretVariable(name, value)).toBe(false);
  });

  test("a password in an address does", () => {
    expect(isSecretVariable("DATABASE_URL", "postgres://me:pw@host/db")).toBe(true);
  });

  test("are hidden in answers, in lists too; what has none is the same object", () => {
    const run = { id: 1, runConfig: { env: { API_TOKEN: "t", REGION: "eu" }, workingDir: null }, context: { secrets: { DB: "pw" }, team: "a" } };
    const hidden = { id: 1, runConfig: { env: { API_TOKEN: HIDDEN, REGION: "eu" }, workingDir: null }, context: { secrets: { DB: HIDDEN }, team: "a" } };
    expect(hideValues(run)).toEqual(hidden);
    expect(hideValues({ items: [run], next: null })).toEqual({ items: [hidden], next: null });
    expect(hideValues({ flow: run, created: true })).toEqual({ flow: hidden, created: true });
    expect(hideValues({ counts: {}, inProgress: [], upcoming: [run], late: [run], failed: [run] })).toEqual({ counts: {}, inProgress: [], upcoming: [hidden], late: [hidden], failed: [hidden] });
    expect(run.runConfig.env.API_TOKEN).toBe("t");
    for (const plain of [{ items: [{ runConfig: null }, { runConfig: { env: {}, workingDir: null } }] }, { parameters: { context: { secrets: { a: 1 } } } }, null, 1]) expect(hideValues(plain)).toBe(plain);
  });

  test("and are not taken back as values", () => {
    expect(() => refuseHidden({ runConfig: { env: { API_TOKEN: HIDDEN } } })).toThrow(/^runConfig\.env\.API_TOKEN is hidden in answers/);
    expect(() => refuseHidden({ context: { secrets: { DB: HIDDEN } } })).toThrow(/^context\.secrets\.DB is hidden/);
    refuseHidden({ runConfig: { env: { API_TOKEN: "x" } }, context: {} });
  });
});
