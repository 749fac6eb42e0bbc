/**
 * Keeps output that bypasses our streams in order with theirs: a child process that inherits stdout or stderr writes to the
 * descriptors itself, and so does `fs.writeSync(1, …)`.
 */
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

import type { MainLink } from "./main-link.ts";

type AnyFunction = (this: unknown, ...args: never[]) => unknown;

/**
 * Puts fences around the synchronous functions of node:child_process and before every spawn, and leads what is written to
 * descriptors 1 and 2 through node:fs to `print`.
 */
export function keepRawOutputInOrder(link: MainLink, print: (name: "stdout" | "stderr", text: string) => void): void {
  const fenced = childProcess as unknown as Record<"execSync" | "execFileSync" | "spawnSync", AnyFunction>;
  for (const name of ["execSync", "execFileSync", "spawnSync"] as const) {
    wrap(fenced, name, (original) => function (this: unknown, ...args) {
      link.fence();
      try {
        return Reflect.apply(original, this, args);
      } finally {
        link.fence();
      }
    });
  }
  wrap(childProcess.ChildProcess.prototype as unknown as Record<"spawn", AnyFunction>, "spawn", (original) => function (this: unknown, ...args) {
    link.fence();
    return Reflect.apply(original, this, args);
  });
  wrap(fs as unknown as Record<"writeSync", AnyFunction>, "writeSync", (original) => function (this: unknown, ...args) {
    const [descriptor, data, ...rest] = args as unknown as [number, unknown, ...unknown[]];
    const whole = typeof data === "string" ? rest.length === 0 : ArrayBuffer.isView(data) && rest.length === 0;
    if ((descriptor !== 1 && descriptor !== 2) || !whole) return Reflect.apply(original, this, args);
    const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from((data as Uint8Array).buffer, (data as Uint8Array).byteOffset, (data as Uint8Array).byteLength);
    print(descriptor === 1 ? "stdout" : "stderr", bytes.toString("utf8"));
    return bytes.length;
  });
  syncBuiltinESMExports();
}

function wrap<Name extends string>(owner: Record<Name, AnyFunction>, name: Name, make: (original: AnyFunction) => AnyFunction): void {
  const original = owner[name];
  const wrapped = make(original);
  // Looks like the original to whoever reads its name or its own properties (util.promisify, for one).
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  owner[name] = wrapped;
}
