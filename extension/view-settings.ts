/** The user's settings (schema/plugin.json) as the picture takes them. */
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import type { FlowViewSettings } from "../graph/index.ts";
import type { FlowRenderer } from "./flow-renderer.ts";
import type { FlowRenderers } from "./flow-renderers.ts";

/** Loads the settings and keeps all pictures to them. @returns the settings as they are at the time of the call */
export function followSettings(registry: ISettingRegistry | null, pluginId: string, renderers: FlowRenderers<FlowRenderer>): () => FlowViewSettings {
  let current: FlowViewSettings = {};
  if (registry === null) return () => current;
  const read = (settings: ISettingRegistry.ISettings) => {
    const { maxSvgNodes, showConstants, maxHeight } = settings.composite;
    current = {
      ...(typeof maxSvgNodes === "number" && { maxSvgNodes }),
      ...(typeof showConstants === "boolean" && { showConstants }),
      ...(typeof maxHeight === "number" && { maxHeight }),
    };
    for (const renderer of renderers) renderer.configure(current);
  };
  registry.load(pluginId).then(
    (settings) => {
      read(settings);
      settings.changed.connect(read);
    },
    (error: unknown) => console.error("flowlet: the settings could not be loaded, the defaults are used.", error),
  );
  return () => current;
}
