/** What who does not see well needs of a page: names of what can be used, and text that stands out from its ground. */
import type { Page } from "playwright-core";

/**
 * Runs in the page: a text for each fault.
 *
 * Contrast is WCAG's, 4.5 for text. What is switched off does not count, and neither do the marks of states: icon and name say the same.
 */
const FIND_FAULTS = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((value, i) => value * top[3] + below[i] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (color) => color.slice(0, 3).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)).reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const faults = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || !seen(element) || element.closest(".state-dot, [aria-disabled=true], .unseen, script, noscript, option, svg") !== null) continue;
    const below = ground(element);
    const [a, b] = [luminance(over(rgba(getComputedStyle(element).color), below)), luminance(below)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faults.add("contrast " + contrast.toFixed(2) + ": " + element.tagName + "." + element.className + " " + walker.currentNode.data.trim().slice(0, 40));
  }
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, [role=img], [role=group], [role=option]")) {
    if (!seen(element)) continue;
    const label = element.getAttribute("aria-label") ?? [...(element.labels ?? [])].map((one) => one.textContent).join(" ");
    if ((label + (/^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) ? "" : element.textContent)).trim() === "") faults.add("no name: " + element.outerHTML.slice(0, 120));
  }
  if (document.querySelectorAll("h1").length !== 1) faults.add("there are " + document.querySelectorAll("h1").length + " h1");
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.add("the id " + id + " is not the only one");
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.add("the page is wider than its window");
  return [...faults];
})()`;

/** Faults of what the page shows now; none: []. */
export async function faultsOf(page: Page): Promise<string[]> {
  return await page.evaluate(FIND_FAULTS) as string[];
}
