#!/usr/bin/env node
/**
 * The `flowlet` command. It needs Node 24: under an older one it goes on in the Node 24 that npm has installed with Flowlet, so nothing but
 * Node's own modules may be loaded before that is known.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const WANTED_MAJOR = 24;

/** Node 24 as npm has installed it for this platform; null where it has not. */
function installedNode(): string | null {
  const windows = process.platform === "win32";
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${windows ? "win" : process.platform}-${process.arch}/package.json`);
    return join(dirname(manifest), "bin", windows ? "node.exe" : "node");
  } catch {
    return null;
  }
}

/** @returns the exit code */
function goOnIn(node: string | null): number {
  const { status, error } = node === null ? { status: null, error: true } : spawnSync(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit" });
  if (error === undefined) return status ?? 1;
  process.stderr.write(`flowlet: it needs Node ${WANTED_MAJOR} or newer, this is ${process.versions.node}. Install it, or run npm ci where Flowlet is.\n`);
  return 1;
}

if (Number.parseInt(process.versions.node, 10) < WANTED_MAJOR) process.exitCode = goOnIn(installedNode());
else {
  const { runProgram } = await import("./program.ts");
  process.exitCode = await runProgram(process.argv.slice(2));
}
