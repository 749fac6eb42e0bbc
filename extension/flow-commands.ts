/** The commands: in the palette, in a node's context menu (schema/plugin.json), and for shortcuts that a user adds. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ICommandPalette } from "@jupyterlab/apputils";
import { FLOW_ACTIONS, type FlowAction } from "../protocol/comm-messages.ts";
import { readFlowLink } from "../protocol/flow-snapshot.ts";
import type { Translate } from "../graph/index.ts";
import { flowIcon } from "./flow-icon.ts";
import type { FlowRenderer } from "./flow-renderer.ts";
import type { FlowRenderers } from "./flow-renderers.ts";

export const CommandIDs = {
  runFlow: "flowlet:run-flow",
  runTask: "flowlet:run-task",
  runFrom: "flowlet:run-from",
  runUpTo: "flowlet:run-up-to",
  refresh: "flowlet:refresh",
  runFailed: "flowlet:run-failed",
  refreshOutside: "flowlet:refresh-outside",
  cancel: "flowlet:cancel",
  register: "flowlet:register",
  fit: "flowlet:fit",
} as const;

/** The picture that a command is for, and the task if it is for one. */
interface CommandTarget {
  readonly renderer: FlowRenderer;
  readonly nodeId: string | null;
}

/** Adds all commands. */
export function addFlowCommands(app: JupyterFrontEnd, renderers: FlowRenderers<FlowRenderer>, translate: Translate, palette: ICommandPalette | null): void {
  /** Where the context menu was opened, else the focused or first picture and the task whose panel is open. */
  const target = (): CommandTarget | null => {
    const stage = app.contextMenuHitTest((node) => node.classList.contains("jp-Flowlet-stage"));
    const hit = stage === undefined || !stage.isConnected ? null : renderers.containing(stage);
    if (hit !== null) return { renderer: hit, nodeId: stage!.dataset.contextNode ?? hit.view?.selected ?? null };
    const renderer = renderers.current(app.shell.currentWidget?.node ?? null);
    return renderer === null ? null : { renderer, nodeId: renderer.view?.selected ?? null };
  };
  const isLive = () => target()?.renderer.view?.connection.live === true;

  const showsServerRun = () => readFlowLink(target()?.renderer.view?.flow?.link)?.run !== undefined;

  const addAction = (id: string, label: string, caption: string, action: FlowAction) => {
    const needsTask = !FLOW_ACTIONS.has(action);
    app.commands.addCommand(id, {
      label, caption, icon: flowIcon,
      describedBy: { args: { type: "object", properties: { nodeId: { type: "string", description: "The task's id; without it the selected task" } } } },
      isEnabled: () => isLive() && !showsServerRun() && (!needsTask || target()?.nodeId !== null),
      execute: (args) => {
        const found = target();
        const nodeId = typeof args.nodeId === "string" ? args.nodeId : found?.nodeId;
        if (found === null || (needsTask && (nodeId === null || nodeId === undefined))) return;
        found.renderer.run(action, needsTask ? nodeId! : undefined);
      },
    });
  };
  addAction(CommandIDs.runFlow, translate("Run Flow"), translate("Run the flow of this picture"), "run");
  addAction(CommandIDs.runTask, translate("Run This Task"), translate("Run the selected task; the results of the others are kept"), "runTask");
  addAction(CommandIDs.runFrom, translate("Run From Here"), translate("Run the selected task and everything after it"), "runFrom");
  addAction(CommandIDs.runUpTo, translate("Run Up to Here"), translate("Run the selected task and what it needs, where no result is kept"), "runUpTo");
  addAction(CommandIDs.refresh, translate("Run Again Although Kept"), translate("Run the selected task though its result is kept, and what depends on it where that comes out different"), "refresh");
  addAction(CommandIDs.runFailed, translate("Run Failed Tasks"), translate("Run the tasks of this picture that have failed, and what follows them"), "runFailed");
  addAction(CommandIDs.refreshOutside, translate("Refresh What Came From Outside"), translate("Run the tasks again whose kept results came from outside, and what depends on them"), "refreshOutside");
  app.commands.addCommand(CommandIDs.cancel, {
    label: translate("Cancel Flow Run"), icon: flowIcon, describedBy: { args: { type: "object", properties: {} } },
    isEnabled: isLive,
    execute: () => target()?.renderer.cancel(),
  });
  app.commands.addCommand(CommandIDs.register, {
    label: translate("Register Flow"), caption: translate("Store the flow of this picture on the server, for agents to run"), icon: flowIcon, describedBy: { args: { type: "object", properties: {} } },
    isEnabled: () => isLive() && !showsServerRun(),
    execute: () => target()?.renderer.view?.register(),
  });
  app.commands.addCommand(CommandIDs.fit, {
    label: translate("Show the Whole Graph"), icon: flowIcon, describedBy: { args: { type: "object", properties: {} } },
    isEnabled: () => target() !== null,
    execute: () => target()?.renderer.view?.fit(),
  });
  for (const command of Object.values(CommandIDs)) palette?.addItem({ command, category: translate("Flow") });
}
