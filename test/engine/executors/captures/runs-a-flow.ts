/** A file that runs its flow when it is loaded. */
import { Flow, task } from "../../../../engine/index.ts";

const flow = new Flow("on its own", () => { task(() => 1)(); });
const state = await flow.run();
export const outcome = (): string => state.type;
