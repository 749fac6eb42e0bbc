/**
 * A module of the shape of the package `tslab`, so that notebooks written for that kernel run where it is not installed: its
 * `display` shows through ours.
 * @see tslab's src/public.ts (Apache-2.0)
 */

/** What a cell can show; every method takes the data of one MIME type. */
export interface Display {
  javascript(text: string): void;
  html(text: string): void;
  markdown(text: string): void;
  svg(text: string): void;
  png(data: Uint8Array): void;
  jpeg(data: Uint8Array): void;
  gif(data: Uint8Array): void;
  pdf(data: Uint8Array): void;
  text(text: string): void;
  /** Any MIME type; bytes are sent as base64. */
  raw(contentType: string, data: string | Uint8Array): void;
}

interface Handle {
  update(value: unknown, options: { raw: true }): unknown;
}

type GlobalDisplay = (value: unknown, options: { raw: true }) => Handle;

/** Versions, as tslab tells them. */
export const versions = { tslab: "1.0.22", typescript: "7.0.2", node: process.version };

/** Each call makes a new output. */
export const display: Display = displayThrough((bundle) => void globalDisplay()(bundle, { raw: true }));

/** Like `display`, but each call replaces what the call before has shown. */
export function newDisplay(): Display {
  let handle: Handle | undefined;
  return displayThrough((bundle) => {
    if (handle === undefined) handle = globalDisplay()(bundle, { raw: true });
    else handle.update(bundle, { raw: true });
  });
}

function displayThrough(show: (bundle: Readonly<Record<string, string>>) => void): Display {
  const raw = (contentType: string, data: string | Uint8Array) => show({ [contentType]: typeof data === "string" ? data : Buffer.from(data).toString("base64") });
  return {
    javascript: (text) => raw("text/javascript", text),
    html: (text) => raw("text/html", text),
    markdown: (text) => raw("text/markdown", text),
    svg: (text) => raw("image/svg+xml", text),
    png: (data) => raw("image/png", data),
    jpeg: (data) => raw("image/jpeg", data),
    gif: (data) => raw("image/gif", data),
    pdf: (data) => raw("application/pdf", data),
    text: (text) => raw("text/plain", text),
    raw,
  };
}

function globalDisplay(): GlobalDisplay {
  const { display: shown } = globalThis as { display?: GlobalDisplay };
  if (typeof shown !== "function") throw new Error("tslab's display works in notebooks only: expected a global display function, got none.");
  return shown;
}
