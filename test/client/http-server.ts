/** A plain HTTP server for tests of the client: it answers what a test says, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface TestServer {
  readonly endpoint: string;
  readonly port: number;
  readonly asked: Asked[];
  close(): Promise<void>;
}

export async function httpServer(answer: (asked: Asked, response: ServerResponse) => void, port = 0): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => { body += part; }).on("end", () => {
      const one = { method: request.method as string, url: request.url as string, headers: request.headers, body };
      asked.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => { server.listen(port, "127.0.0.1", resolve); });
  const { port: open } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  return { endpoint: `http://127.0.0.1:${open}`, port: open, asked, close };
}

export const json = (response: ServerResponse, status: number, body: unknown): void => { response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)); };
