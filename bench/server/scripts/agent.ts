/** An agent as a process of its own; its argument is its options as JSON. */
import { LocalAgent } from "../../../lib/agent/local-agent.js";

const agent = new LocalAgent(JSON.parse(process.argv[2]!));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void agent.stop());
await agent.start();
await agent.ended;
