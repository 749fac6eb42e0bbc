/** Posts JSON to a web hook. */
import type { RequestOptions } from "node:http";

/** How it is posted. */
export interface PostOptions {
  /** Address of a proxy, `http://proxy:3128`. Default: what Node does by itself. */
  readonly proxy?: string;
  /** Time for the whole exchange (milliseconds). */
  readonly timeout: number;
}

/** The answer. */
export interface PostedAnswer {
  /** HTTP's status, e.g. 200. */
  readonly status: number;
  /** The first 200 characters of what it said. */
  readonly text: string;
}

/**
 * Posts `body` as JSON. Not with `fetch`, which has no way to a proxy of its own.
 * @throws TypeError for an address that is none, and what node:http says where there is no answer; the address is not in the message
 */
export async function postJson(address: string, body: unknown, { proxy, timeout }: PostOptions): Promise<PostedAnswer> {
  if (!URL.canParse(address)) throw new TypeError("the address is no URL");
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new TypeError(`the address begins with ${url.protocol}, not with https:`);
  const { Agent, request } = url.protocol === "http:" ? await import("node:http") : await import("node:https");
  const options: RequestOptions = { method: "POST", headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(timeout) };
  if (proxy !== undefined) options.agent = new Agent({ proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } });
  return await new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => { if (text.length < 200) text += part.slice(0, 200 - text.length); });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text })).on("error", reject);
    });
    sent.on("error", reject).end(JSON.stringify(body));
  });
}
