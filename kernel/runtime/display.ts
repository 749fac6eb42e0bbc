/** The global `display`; globals.ts says what it does. */
import { randomUUID } from "node:crypto";

import type { DisplayBundle } from "../flows/front-end.ts";
import type { Payload } from "../user-process/link.ts";
import { currentExecution } from "./cell-context.ts";
import type { MainLink } from "./main-link.ts";
import { plainData, type ValueDisplay } from "./value-display.ts";

/** What displays need of the cell that executes. */
export interface DisplayHost {
  readonly link: MainLink;
  readonly values: ValueDisplay;
  /** Keeps what is shown with the task that shows it. */
  recordDisplay(data: DisplayBundle["data"]): void;
  /** The cell must not end before this has settled; a rejection is shown. */
  waitFor(pending: Promise<void>): void;
  /** Adds to the payload of the cell's reply. */
  addPayload(payload: Payload): void;
}

const KINDS = {
  html: "text/html", markdown: "text/markdown", latex: "text/latex", svg: "image/svg+xml", javascript: "text/javascript",
  text: "text/plain", json: "application/json", png: "image/png", jpeg: "image/jpeg", gif: "image/gif", pdf: "application/pdf",
} as const;

/** Makes the global. */
export function createDisplay(host: DisplayHost): Display {
  const send = (bundle: DisplayBundle, displayId: string, update: boolean, metadata: DisplayBundle["metadata"]): void => {
    if (!update) host.recordDisplay(bundle.data);
    host.link.send({
      type: update ? "updateDisplay" : "display",
      execution: currentExecution(),
      bundle: { data: bundle.data, metadata: { ...bundle.metadata, ...metadata }, displayId },
    });
  };
  const show = (value: unknown, options: DisplayOptions): DisplayHandle => {
    const { raw = false, update = false, metadata } = options;
    const bundle = raw ? rawBundle(value) : host.values.bundleOf(value);
    const ownId = bundle instanceof Promise ? undefined : bundle.displayId;
    const displayId = options.displayId ?? ownId ?? randomUUID();
    if (bundle instanceof Promise) host.waitFor(bundle.then((settled) => send(settled, displayId, update, metadata)));
    else send(bundle, displayId, update, metadata);
    return {
      displayId,
      update: (other, { raw: otherRaw = false, metadata: otherMetadata } = {}) => {
        show(other, { raw: otherRaw, displayId, update: true, ...(otherMetadata === undefined ? {} : { metadata: otherMetadata }) });
      },
    };
  };
  const kinds = Object.fromEntries(Object.entries(KINDS).map(([kind, type]) => [
    kind, (content: unknown, options: DisplayOptions = {}) => show({ [type]: content }, { ...options, raw: true }),
  ])) as unknown as Pick<Display, keyof typeof KINDS>;
  return Object.assign((value: unknown, options: DisplayOptions = {}) => show(value, options), kinds, {
    raw: (mimeType: string, content: unknown, options: DisplayOptions = {}) => show({ [mimeType]: content }, { ...options, raw: true }),
    clear: (wait = false) => host.link.send({ type: "clearOutput", execution: currentExecution(), wait }),
    page: (text: string) => host.addPayload({ source: "page", data: { "text/plain": String(text) }, start: 0 }),
  });
}

function rawBundle(value: unknown): DisplayBundle {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`display(…, { raw: true }) expects an object of MIME types, got ${value === null ? "null" : typeof value}.`);
  }
  return { data: plainData(value as DisplayBundle["data"]) };
}
