/** An agent as a process of its own. @param argv[2] its options as JSON */
import { LocalAgent } from "../../lib/agent/local-agent.js";

const agent = new LocalAgent(JSON.parse(process.argv[2]));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void agent.stop());
try {
  await agent.start();
  await agent.ended;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
