/** The npm packages: what is in node_modules is compared with package-lock.json, and installed anew when it differs. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT, LOG_FILE } from "./checkout.mjs";
import { requireDiskSpace } from "./disk-space.mjs";
import { npmCommand } from "./npm-command.mjs";
import { runCommand } from "./run-command.mjs";
import { NO_NETWORK, SetupError } from "./setup-error.mjs";

/**
 * Why node_modules is not what package-lock.json says. npm writes `node_modules/.package-lock.json` as the last act of an
 * installation, so one that was interrupted has none.
 *
 * @param {string} [checkout] - absolute path
 * @returns {string | undefined} one clause; nothing when all is as it should be
 * @throws {SetupError} when package-lock.json is missing or damaged
 */
export function npmPackagesProblem(checkout = CHECKOUT) {
  const wanted = lockedPackages(checkout);
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(checkout, "node_modules", ".package-lock.json"), "utf8")).packages;
  } catch {
    return existsSync(join(checkout, "node_modules")) ? "node_modules was never finished" : "not installed yet";
  }
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const found = installed?.[path];
    if (found === undefined) {
      // Packages for other platforms are optional, and npm leaves them out.
      if (!entry.optional || isForThisPlatform(entry)) return `${name} is missing`;
      continue;
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) return `${name} ${found.version} is not the locked ${entry.version}`;
    if (!existsSync(join(checkout, path, "package.json"))) return `${name} is damaged`;
  }
  return undefined;
}

/**
 * Installs what package-lock.json says, into an empty node_modules.
 *
 * Not with `npm ci`: it refuses a lockfile that lacks the optional packages of a platform for which a registry has none, and
 * registries get those of some platforms later than others. So what `npm ci` adds to `npm install` is done here: nothing of
 * a former installation stays, the lockfile is not written, and one that does not belong to package.json is refused.
 *
 * @throws {SetupError} when npm fails or the lockfile is not package.json's
 */
export async function installNpmPackages() {
  requireLockfileInStep();
  const npm = npmCommand();
  await requireRegistry(npm);
  rmSync(join(CHECKOUT, "node_modules"), { recursive: true, force: true, maxRetries: 3 });
  requireDiskSpace("the npm packages", 1_000);
  await runCommand("installing the npm packages", npm.file, [
    ...npm.args, "install", "--no-save",
    // NODE_ENV=production or a user's own npmrc may leave these out: the build needs them.
    "--include=dev", "--include=optional", "--include=peer",
    // No package here needs its install script: what is native comes prebuilt in the package.
    "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=warn",
    "--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=10000",
  ], { env: npm.env });
  const problem = npmPackagesProblem();
  if (problem !== undefined) throw new SetupError(`npm has finished, but ${problem}.`, `Run the same command again; the log is ${LOG_FILE}`);
}

/** Asked first, because npm would try each of some hundred packages again and again, and node_modules would be gone. */
async function requireRegistry(npm) {
  try {
    await runCommand("reaching the npm registry", npm.file, [...npm.args, "ping", "--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"], { env: npm.env });
  } catch (error) {
    // A registry need not know ping: only one that is not there counts.
    if (NO_NETWORK.test(error.details.join("\n"))) {
      throw new SetupError("The npm registry was not reached, so the npm packages could not be installed.",
        "Check the network and npm's registry and proxy settings, then run the same command again.", error.details.filter((line) => NO_NETWORK.test(line)).slice(0, 1));
    }
  }
}

function requireLockfileInStep() {
  const wanted = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8"));
  const locked = lockedPackages(CHECKOUT)[""] ?? {};
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    const names = new Set([...Object.keys(wanted[kind] ?? {}), ...Object.keys(locked[kind] ?? {})]);
    for (const name of names) {
      if (wanted[kind]?.[name] !== locked[kind]?.[name]) {
        throw new SetupError(`package-lock.json is not in step with package.json: ${name} is ${locked[kind]?.[name] ?? "missing"} there and ${wanted[kind]?.[name] ?? "missing"} here.`,
          "Run npm install --ignore-scripts and commit package-lock.json.");
      }
    }
  }
}

function lockedPackages(checkout) {
  const file = join(checkout, "package-lock.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch (error) {
    throw new SetupError(`package-lock.json could not be read (${error.message}).`, "Restore it with: git checkout package-lock.json");
  }
}

function isForThisPlatform(entry) {
  if (!matches(entry.os, process.platform) || !matches(entry.cpu, process.arch)) return false;
  if (entry.libc === undefined || process.platform !== "linux") return entry.os !== undefined || entry.cpu !== undefined;
  const glibc = process.report?.getReport?.()?.header?.glibcVersionRuntime !== undefined;
  return matches(entry.libc, glibc ? "glibc" : "musl");
}

/** npm's rule for `os`, `cpu` and `libc`: a name or a list of names, "!name" excludes. */
function matches(wanted, actual) {
  if (wanted === undefined) return true;
  const list = Array.isArray(wanted) ? wanted : [wanted];
  if (list.includes(`!${actual}`)) return false;
  const positive = list.filter((item) => !item.startsWith("!"));
  return positive.length === 0 || positive.includes(actual) || positive.includes("any");
}
