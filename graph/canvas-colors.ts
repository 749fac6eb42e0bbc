/** The page's theme for a canvas, which does not see stylesheets. */

import type { Verdict } from "../protocol/verdict.ts";

/** CSS colours and a font family. */
export interface CanvasColors {
  readonly node: string;
  readonly border: string;
  readonly text: string;
  readonly secondText: string;
  readonly edge: string;
  readonly brand: string;
  readonly font: string;
  readonly verdicts: { readonly [Name in Verdict]: string };
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
    verdicts: { fresh: read("--jp-flowlet-fresh", "#388e3c"), outside: read("--jp-flowlet-outside", "#1976d2"), stale: read("--jp-flowlet-stale", "#c75b00"), unknown: read("--jp-flowlet-unknown", "#7b1fa2") },
    font: style.fontFamily || "system-ui, sans-serif",
  };
}
