/** What a search has found. */
import type { JSX } from "preact";
import type { SearchHit } from "../live/api.ts";
import { pathTo } from "../router/routes.ts";
import { AgentsIcon, FlowsIcon, PlayIcon, ProjectsIcon, RunsIcon } from "./icons.tsx";

const KINDS: { readonly [Kind in SearchHit["kind"]]: { readonly name: string; readonly many: string; readonly icon: () => JSX.Element } } = {
  project: { name: "Project", many: "Projects", icon: ProjectsIcon }, flow: { name: "Flow", many: "Flows", icon: FlowsIcon }, flowRun: { name: "Flow run", many: "Flow runs", icon: RunsIcon },
  task: { name: "Task", many: "Tasks", icon: PlayIcon }, agent: { name: "Agent", many: "Agents", icon: AgentsIcon },
};

/** Where a hit leads. */
export function hitAddress(hit: SearchHit): string {
  switch (hit.kind) {
    case "project": return `/flows?${new URLSearchParams({ project: hit.id })}`;
    case "flow": return pathTo.flow(hit.id);
    case "flowRun": return pathTo.flowRun(hit.id);
    case "task": return `${pathTo.flow(hit.id)}?${new URLSearchParams({ tab: "tasks", task: hit.slug ?? "" })}`;
    case "agent": return "/agents";
  }
}

export function hitKey(hit: SearchHit): string {
  return `${hit.kind} ${hit.id} ${hit.slug ?? ""}`;
}

export function kindName(kind: SearchHit["kind"], many: boolean = false): string {
  return many ? KINDS[kind].many : KINDS[kind].name;
}

/** Icon, name with the text that was looked for, where it belongs. */
export function HitLine({ hit, text }: { readonly hit: SearchHit; readonly text: string }): JSX.Element {
  const Icon = KINDS[hit.kind].icon;
  return <><Icon /><span class="hit-name"><Marked text={hit.name} part={text} /></span><span class="hit-context">{hit.context}</span><span class="hit-kind">{KINDS[hit.kind].name}</span></>;
}

function Marked({ text, part }: { readonly text: string; readonly part: string }): JSX.Element {
  const at = part === "" ? -1 : text.toLowerCase().indexOf(part.toLowerCase());
  if (at < 0) return <>{text}</>;
  return <>{text.slice(0, at)}<mark>{text.slice(at, at + part.length)}</mark>{text.slice(at + part.length)}</>;
}
