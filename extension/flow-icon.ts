/** The extension's icon; `jp-icon3` lets the themes colour it. */
import { LabIcon } from "@jupyterlab/ui-components";

export const flowIcon = new LabIcon({
  name: "flowlet:flow",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><g class="jp-icon3" fill="#616161">' +
    '<rect x="1" y="5.5" width="5" height="5" rx="1.2"/><rect x="10.5" y="1.5" width="4.5" height="4.5" rx="1.2"/><rect x="10.5" y="10" width="4.5" height="4.5" rx="1.2"/>' +
    '<path d="M6 7.4h1.2c1.6 0 .9-4.2 3.3-4.2v1.2c-1.3 0-.7 3.6-2.2 3.6 1.5 0 .9 3.7 2.2 3.7v1.2C8.1 12.9 8.8 8.6 7.2 8.6H6z"/></g></svg>',
});
