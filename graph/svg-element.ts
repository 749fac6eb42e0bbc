/** Makes an SVG element with attributes. */
export function svgElement<Name extends keyof SVGElementTagNameMap>(name: Name, attributes: { readonly [name: string]: string } = {}): SVGElementTagNameMap[Name] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
