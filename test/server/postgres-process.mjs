/** Runs PostgreSQL in a folder until the process that has started this one ends, however it ends; then the folder is removed. Arguments: folder, port, user id or "". */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

const [folder, port, user] = process.argv.slice(2);
const id = user === "" ? {} : { uid: Number(user), gid: Number(user) };
const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: folder, max_connections: "200", fsync: "off" };
const server = spawn(join(folder, "native", "bin", "postgres"), ["-D", join(folder, "data"), "-p", port, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])], { ...id, cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
server.on("error", (error) => { throw error; });
server.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill("SIGINT"));
// Nobody writes there: it ends with the process that holds the other end.
process.stdin.on("end", () => server.kill("SIGINT")).on("error", () => server.kill("SIGINT")).resume();
