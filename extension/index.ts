/** The JupyterLab and Notebook 7 plugin: composes the parts and nothing more. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, IThemeManager } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { DisposableDelegate } from "@lumino/disposable";
import { FLOW_MIME } from "../protocol/flow-snapshot.ts";
import type { Translate } from "../graph/index.ts";
import { addFlowCommands } from "./flow-commands.ts";
import { FlowRenderer, type RendererServices } from "./flow-renderer.ts";
import { FlowRenderers } from "./flow-renderers.ts";
import { KernelFlowsRegistry } from "./kernel-flows-registry.ts";
import { PanelFlows } from "./panel-flows.ts";
import { followSettings } from "./view-settings.ts";
import { createWorkerLayout } from "./worker-layout.ts";

const PLUGIN_ID = "flowlet:plugin";

/** Before the built-in renderers of the other representations in the bundle. */
const RANK = 40;

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: "Draws task flows inline and live, and runs them from the picture.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker, ITranslator, ISettingRegistry, ICommandPalette, IThemeManager],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    tracker: INotebookTracker | null,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    palette: ICommandPalette | null,
    themes: IThemeManager | null,
  ) => {
    const bundle = (translator ?? nullTranslator).load("flowlet");
    const translate: Translate = (text, ...args) => bundle.__(text, ...args);
    const renderers = new FlowRenderers<FlowRenderer>();
    const services: RendererServices = { translate, renderers, layout: createWorkerLayout(), settings: followSettings(settings, PLUGIN_ID, renderers) };
    const kernels = new KernelFlowsRegistry();

    const addRenderer = (registry: IRenderMimeRegistry, flows: PanelFlows | null) =>
      registry.addFactory({ safe: true, mimeTypes: [FLOW_MIME], defaultRank: RANK, createRenderer: () => new FlowRenderer(flows, services) }, RANK);
    // Wherever there is no notebook: saved pictures.
    addRenderer(rendermime, null);
    const bound = new WeakSet<NotebookPanel>();
    const bind = (panel: NotebookPanel) => {
      if (bound.has(panel)) return new DisposableDelegate(() => {});
      bound.add(panel);
      const flows = new PanelFlows(panel, kernels);
      // The registry is this panel's own, also for a second view of one of its outputs.
      panel.content.rendermime.removeMimeType(FLOW_MIME);
      addRenderer(panel.content.rendermime, flows);
      return new DisposableDelegate(() => flows.dispose());
    };
    tracker?.forEach(bind);
    app.docRegistry.addWidgetExtension("Notebook", { createNew: bind });

    addFlowCommands(app, renderers, translate, palette);
    themes?.themeChanged.connect(() => {
      for (const renderer of renderers) renderer.view?.restyle();
    });
  },
};

export default plugin;
