/** What tells that a task asks another machine, starts a program, or a thread: it makes its result `outside`. */
import { subscribe } from "node:diagnostics_channel";
import { basename } from "node:path";
import { connectionCallerCounts } from "./caller.ts";
import { replaceFunction } from "./traced-function.ts";
import type { Trace } from "./trace.ts";

type Current = () => Trace | null;

/** Messages of Node's channels; each is published where the request is made. */
const CHANNELS: Readonly<Record<string, (message: never) => string>> = {
  "undici:request:create": ({ request }: { readonly request: { readonly origin: unknown } }) => `fetch ${hostOf(String(request.origin))}`,
  "http.client.request.created": ({ request }: { readonly request: { readonly host?: string; getHeader(name: string): unknown } }) => `http ${String(request.getHeader("host") ?? request.host)}`,
  "http2.client.stream.created": ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) => `http ${String(headers[":authority"] ?? "2")}`,
  "udp.socket": () => "a UDP socket",
  worker_threads: () => "a worker thread",
};

/** Puts it in place. */
export function traceNetwork(current: Current): void {
  for (const [channel, describe] of Object.entries(CHANNELS)) {
    subscribe(channel, (message) => current()?.bringIn(describe(message as never)));
  }
  const note = (holder: object, name: string, describe: (self: unknown, inputs: readonly unknown[]) => string | null) => replaceFunction(holder, name, (original) => function (this: unknown, ...inputs) {
    const trace = current();
    const what = trace === null ? null : describe(this, inputs);
    if (what !== null) trace?.bringIn(what);
    return Reflect.apply(original, this, inputs);
  });
  const net = process.getBuiltinModule("node:net"), dns = process.getBuiltinModule("node:dns"), programs = process.getBuiltinModule("node:child_process");
  note(net.Socket.prototype, "connect", (_, inputs) => (connectionCallerCounts("socket") ? `socket ${connectedTo(inputs)}` : null));
  // A connection that somebody else has opened, from a pool.
  note(net.Socket.prototype, "_writeGeneric", (self) => {
    const { _host, remoteAddress, remotePort } = self as { readonly _host?: string | null; readonly remoteAddress?: string; readonly remotePort?: number };
    return remoteAddress === undefined || !connectionCallerCounts("socket") ? null : `socket ${_host ?? remoteAddress}:${remotePort}`;
  });
  for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype] as object[]) {
    for (const name of Object.keys(Object.getOwnPropertyDescriptors(holder))) {
      if (/^(lookup|resolve|reverse)/.test(name)) note(holder, name, (_, [host]) => (connectionCallerCounts("name") ? `dns ${String(host)}` : null));
    }
  }
  note(programs.ChildProcess.prototype, "spawn", (_, [options]) => program((options as { readonly args?: readonly unknown[] } | undefined)?.args ?? []));
  for (const name of ["spawnSync", "execFileSync"]) note(programs, name, (_, [file]) => program([file]));
  note(programs, "execSync", (_, [command]) => program(["sh", "-c", command]));
}

/** A program's name; of one that a shell starts the first word. What it is given may be secret. */
function program([file, flag, command]: readonly unknown[]): string {
  const name = /^(-c|\/[dc])$/.test(String(flag)) && typeof command === "string" ? command.trim().split(/\s+/)[0] : String(file);
  return `child process ${basename(name)}`;
}

function hostOf(origin: string): string { return URL.canParse(origin) ? new URL(origin).host : origin; }

/** `connect` takes a port, a path, or options; `net.connect` hands over a list of its inputs, made uniform. */
function connectedTo(inputs: readonly unknown[]): string {
  const [first, second] = Array.isArray(inputs[0]) ? (inputs[0] as readonly unknown[]) : inputs;
  if (typeof first === "object" && first !== null) {
    const { host, port, path } = first as { readonly host?: string; readonly port?: number; readonly path?: string };
    return path ?? `${host ?? "localhost"}:${port}`;
  }
  return typeof first === "string" && Number.isNaN(Number(first)) ? first : `${typeof second === "string" ? second : "localhost"}:${String(first)}`;
}
