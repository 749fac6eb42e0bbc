/** The agent's own address, for who watches over it (prefect.agent.agent, `--agent-address`): `/api/health` answers while it lives, `/api/poke` makes it ask for runs at once. */
import { createServer, type Server } from "node:http";

/** What it tells. */
export interface HealthSource {
  /** As JSON. */
  health(): object;
  poke(): void;
}

/** @param address `http://127.0.0.1:8099`; @throws Error where it can not be used */
export async function openHealthPage(address: string, source: HealthSource): Promise<Server> {
  if (!URL.canParse(address) || !/^http:$/.test(new URL(address).protocol)) throw new Error(`The agent's address must be like http://127.0.0.1:8099, got ${JSON.stringify(address)}.`);
  const { hostname, port } = new URL(address);
  const server = createServer((request, response) => {
    request.resume();
    const path = (request.url ?? "").split("?", 1)[0];
    const answer = (status: number, body: object) => response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
    if (path === "/api/health" && request.method === "GET") return answer(200, source.health());
    if (path === "/api/poke" && (request.method === "POST" || request.method === "GET")) {
      source.poke();
      return answer(200, {});
    }
    answer(404, { error: { code: "NOT_FOUND", message: "There is /api/health and /api/poke." } });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new Error(`The agent's address ${address} can not be used: ${error.message}`, { cause: error })));
    server.listen(port === "" ? 80 : Number(port), hostname.replace(/^\[|\]$/g, ""), resolve);
  });
  return server;
}
