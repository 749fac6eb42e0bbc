/**
 * The connection file: how a front end tells a kernel where to listen and how to sign.
 * Source: Jupyter, "Connection files".
 */
import { readFileSync } from "node:fs";

/** The five channels of a kernel. */
export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

/** What a connection file says. */
export interface ConnectionInfo {
  readonly transport: "tcp" | "ipc";
  /** Address of the interface (tcp) or path prefix of the sockets (ipc). */
  readonly ip: string;
  /** Port (tcp) or suffix (ipc) of each channel. 0 is not allowed: the front end would not find the port. */
  readonly ports: { readonly [Name in Channel]: number };
  /** Key of the signatures; empty: messages are not signed. */
  readonly key: string;
}

/** The connection file cannot be used; the message is one sentence for a person. */
export class ConnectionFileError extends Error {
  override readonly name = "ConnectionFileError";
}

/**
 * Reads and checks a connection file.
 * @throws {ConnectionFileError} that names the file, what was expected and what was found
 */
export function readConnectionFile(path: string): ConnectionInfo {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConnectionFileError(`The connection file ${path} cannot be read: ${(error as Error).message}.`);
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ConnectionFileError(`The connection file ${path} is not JSON: ${(error as Error).message}.`);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new ConnectionFileError(`The connection file ${path} should hold an object with ip, ports and key, and holds ${JSON.stringify(data).slice(0, 60)}.`);
  }
  const file = data as { readonly [name: string]: unknown };
  const wrong = (name: string, expected: string) =>
    new ConnectionFileError(`The connection file ${path} should have ${expected} as "${name}", and has ${JSON.stringify(file[name]) ?? "nothing"}.`);

  const transport = file["transport"] ?? "tcp";
  if (transport !== "tcp" && transport !== "ipc") throw wrong("transport", '"tcp" or "ipc"');
  const ip = file["ip"];
  if (typeof ip !== "string" || ip === "") throw wrong("ip", "an address");
  const port = (channel: Channel): number => {
    const value = file[`${channel}_port`];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > 65_535) {
      throw wrong(`${channel}_port`, "a port (1 to 65535)");
    }
    return value;
  };
  const ports = { shell: port("shell"), iopub: port("iopub"), stdin: port("stdin"), control: port("control"), hb: port("hb") };
  const key = file["key"] ?? "";
  if (typeof key !== "string") throw wrong("key", "a text");
  const scheme = file["signature_scheme"] ?? "hmac-sha256";
  if (key !== "" && scheme !== "hmac-sha256") throw wrong("signature_scheme", '"hmac-sha256"');
  return { transport, ip, ports, key };
}

/** The ZeroMQ address of a channel. */
export function channelAddress(connection: ConnectionInfo, channel: Channel): string {
  const port = connection.ports[channel];
  return connection.transport === "tcp" ? `tcp://${connection.ip}:${port}` : `ipc://${connection.ip}-${port}`;
}
