/**
 * What cells can use without importing it. Declarations only, and no module: compiled to globals.d.ts, which every cell is
 * checked with.
 */

/** How {@link display} shows a value. */
interface DisplayOptions {
  /** Names the output, so that it can be updated, also from another cell. Default: a new one. */
  displayId?: string;
  /** The value is a MIME bundle itself: `{ "text/html": "<b>…</b>" }`. Default: false. */
  raw?: boolean;
  /** Change the outputs of this display id instead of adding one. Default: false. */
  update?: boolean;
  /** Jupyter's metadata, by MIME type. */
  metadata?: { [key: string]: unknown };
}

/** An output that can be changed. */
interface DisplayHandle {
  readonly displayId: string;
  /** Shows another value in its place. */
  update(value: unknown, options?: { raw?: boolean; metadata?: { [key: string]: unknown } }): void;
}

/** Shows values below the cell. */
interface Display {
  /**
   * Shows a value: as its method `[Symbol.for("Jupyter.display")]()` says, which returns a MIME bundle or a promise of it; a
   * flow as its graph; anything else as text.
   */
  (value: unknown, options?: DisplayOptions): DisplayHandle;
  html(html: string, options?: DisplayOptions): DisplayHandle;
  markdown(markdown: string, options?: DisplayOptions): DisplayHandle;
  latex(latex: string, options?: DisplayOptions): DisplayHandle;
  svg(svg: string, options?: DisplayOptions): DisplayHandle;
  javascript(javascript: string, options?: DisplayOptions): DisplayHandle;
  text(text: string, options?: DisplayOptions): DisplayHandle;
  /** A tree that can be folded. */
  json(value: unknown, options?: DisplayOptions): DisplayHandle;
  /** @param image bytes, or base64 */
  png(image: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  jpeg(image: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  gif(image: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  pdf(document: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  /** Any MIME type. */
  raw(mimeType: string, content: unknown, options?: DisplayOptions): DisplayHandle;
  /** Removes the cell's output. @param wait until there is something to show in its place. Default: false. */
  clear(wait?: boolean): void;
  /** Shows text in the front end's pager, where it has one. */
  page(text: string): void;
}

declare var display: Display;

/**
 * Asks the user and blocks until there is an answer, as in a browser.
 * @param message default: "Prompt"
 * @param defaultValue returned when the answer is empty
 * @returns the answer; null when the front end gave none
 * @throws Error where the front end cannot ask (nbconvert, for example)
 */
declare function prompt(message?: string, defaultValue?: string): string | null;

/**
 * Asks the user without blocking: tasks and timers go on.
 * @param options.password the answer is not shown while it is typed
 * @returns the answer
 * @throws Error where the front end cannot ask (nbconvert, for example)
 */
declare function input(message?: string, options?: { password?: boolean }): Promise<string>;
