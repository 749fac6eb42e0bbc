/** The picture of a flow, without a run. */
import type { JSX } from "preact";
import { FlowPicture } from "../../components/flow-picture.tsx";
import type { FlowDetails } from "../../live/api.ts";
import { inputsOf } from "../../live/task-details.ts";

export function FlowGraph({ flow }: { readonly flow: FlowDetails }): JSX.Element {
  return (
    <FlowPicture
      graph={flow.graph}
      details={async (slug) => {
        const task = flow.tasks.find((one) => one.slug === slug);
        const parameter = flow.parameters.find((one) => one.slug === slug);
        if (task === undefined && parameter === undefined) throw new Error("Nothing more is known of it.");
        const settings = task === undefined ? [] : [
          `trigger ${task.trigger}`, ...(task.maxRetries > 0 ? [`${task.maxRetries} retries, each after ${task.retryDelay ?? 0} ms`] : []), ...(task.timeout === null ? [] : [`timeout ${task.timeout} ms`]), ...(task.tags.length > 0 ? [`tags ${task.tags.join(", ")}`] : []),
        ];
        return {
          nodeId: slug, name: task?.name ?? parameter?.name ?? slug, kind: task === undefined ? "parameter" : "task", signature: task === undefined ? `${parameter?.name}: ${parameter?.type ?? "any"}` : `${task.name} · ${settings.join(" · ")}`,
          status: { state: "Pending", at: Number.NaN, message: task === undefined ? (parameter?.required === true ? "required" : `default ${JSON.stringify(parameter?.default)}`) : task.type }, history: [], logs: [], inputs: inputsOf(slug, flow.graph),
        };
      }}
    />
  );
}
