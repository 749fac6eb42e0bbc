/** The page's theme for a canvas, which does not see stylesheets. */

/** CSS colours and a font family. */
export interface CanvasColors {
  readonly node: string;
  readonly border: string;
  readonly text: string;
  readonly secondText: string;
  readonly edge: string;
  readonly brand: string;
  readonly font: string;
}

/** Reads the custom properties that the stylesheet sets on the stage; read again when the theme changes. */
export function readColors(stage: Element): CanvasColors {
  const style = getComputedStyle(stage);
  const read = (property: string, fallback: string) => style.getPropertyValue(property).trim() || fallback;
  return {
    node: read("--jp-flowlet-node", "#fff"),
    border: read("--jp-flowlet-border", "#bdbdbd"),
    text: read("--jp-flowlet-text", "#212121"),
    secondText: read("--jp-flowlet-text2", "#616161"),
    edge: read("--jp-flowlet-edge", "#8a8a8a"),
    brand: read("--jp-flowlet-brand", "#1976d2"),
    font: style.fontFamily || "system-ui, sans-serif",
  };
}
