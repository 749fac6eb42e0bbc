/** The frame of every static drawing: root element, title and the styles that all of them share. */
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { STATES, type StateName } from "../protocol/states.ts";
import { countStates, inkOn } from "./state-counts.ts";
import { xmlText } from "./xml-text.ts";

/** Grey that reads on white (4.5 : 1) and on a dark page (4.2 : 1). */
export const GREY = "#767676";

/** Height of the line above the graph (pixels). */
export const HEADER_HEIGHT = 34;

/**
 * @param style - rules; every selector begins with `.flowlet`, because an inline SVG's styles hold for its whole page
 * @param body - the elements
 */
export function svgDocument(flow: FlowSnapshot, width: number, height: number, style: string, body: string): string {
  const label = xmlText(`${flow.name.slice(0, 200)}: ${describeStates(flow)}`);
  return (
    `<svg xmlns='http://www.w3.org/2000/svg' class='flowlet' width='${width}' height='${height}' viewBox='0 0 ${width} ${height}' role='img' aria-label='${label}'>` +
    `<style>.flowlet{max-width:100%;height:auto;font:13px system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif}${style}</style>${body}</svg>`
  );
}

/** `3 Success, 1 Failed`, or `no tasks`. */
export function describeStates(flow: FlowSnapshot): string {
  const counts = countStates(flow.nodes);
  return counts.length === 0 ? "no tasks" : counts.map(([state, count]) => `${count} ${state}`).join(", ");
}

/** A round badge in the state's colour with its icon. `x`, `y`: its middle. */
export function badge(state: StateName, x: number, y: number): string {
  const { color, icon } = STATES[state];
  return `<circle cx='${x}' cy='${y}' r='8' fill='${color}'/><text x='${x}' y='${y + 4}' font-size='11' text-anchor='middle' fill='${inkOn(color)}'>${icon}</text>`;
}
