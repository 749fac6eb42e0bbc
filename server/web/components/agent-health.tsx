/** Whether an agent is there, in words and by colour. */
import type { JSX } from "preact";
import type { Agent } from "../live/api.ts";

export function AgentHealth({ agent }: { readonly agent: Agent }): JSX.Element {
  return <span class={`health ${agent.healthy ? "well" : "ill"}`}><span class="health-dot" aria-hidden="true" />{agent.healthy ? "healthy" : "not heard of"}</span>;
}
