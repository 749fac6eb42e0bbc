/** Scripts that V8 has compiled, by its ids: URLs and sources. */
import { Inspector } from "./inspector.ts";
import { scriptOrigin } from "./script-origin.ts";

/** Sources that are kept (count). */
const MAX_SOURCES = 32;

/** To be told of all scripts takes milliseconds: what one telling gives is kept, and a host may note its scripts itself. */
export class KnownScripts {
  readonly inspector = new Inspector(({ scriptId, url }) => {
    this.#urls.set(scriptId, url);
    this.#announced = Math.max(this.#announced, Number(scriptId));
  });
  readonly #urls = new Map<string, string>();
  /** Of scripts that were met last: whoever asks where a function is written often asks for the script next. */
  readonly #sources = new Map<string, string>();
  /** Id of the latest script that was announced. */
  #announced = -1;

  /** Its host has compiled it. */
  note(scriptId: string, url: string, source?: string): void {
    this.#urls.set(scriptId, url);
    if (source !== undefined) this.#remember(scriptId, source);
  }

  /** Empty where V8 does not know it, or it has none. */
  url(scriptId: string): string {
    if (!this.#urls.has(scriptId)) {
      const known = new Set(this.#urls.keys());
      this.inspector.whileDebugging(() => {
        // Whoever asks for one of the user's new scripts will ask for the others too. Those without a name were made of text, often in great numbers.
        for (const [id, url] of this.#urls) if (id !== scriptId && url !== "" && !known.has(id) && scriptOrigin(url).kind === "user") this.#keepSource(id);
        this.#keepSource(scriptId);
      });
    }
    return this.#urls.get(scriptId) ?? "";
  }

  /** Has a script of this URL been compiled? */
  isLoaded(url: string): boolean {
    const known = () => this.#urls.values().some((one) => one === url);
    if (!known()) this.inspector.whileDebugging(() => {});
    return known();
  }

  /** Ids of those with such a URL that were compiled before another one was. */
  ids(isWanted: (url: string) => boolean, before: string): readonly string[] {
    // Scripts that their host has noted came without the others being announced.
    if (Number(before) > this.#announced) this.inspector.whileDebugging(() => {});
    return [...this.#urls].filter(([, url]) => isWanted(url)).map(([id]) => id);
  }

  /** As V8 compiled it; null where it is no longer known. */
  source(scriptId: string): string | null {
    return this.#sources.get(scriptId) ?? this.inspector.whileDebugging(() => this.#read(scriptId));
  }

  #keepSource(scriptId: string): void {
    const source = this.#read(scriptId);
    if (source !== null) this.#remember(scriptId, source);
  }

  #remember(scriptId: string, source: string): void {
    for (const oldest of this.#sources.keys()) if (this.#sources.size >= MAX_SOURCES) this.#sources.delete(oldest);
    this.#sources.set(scriptId, source);
  }

  #read(scriptId: string): string | null {
    try {
      return this.inspector.post<{ scriptSource: string }>("Debugger.getScriptSource", { scriptId }).scriptSource;
    } catch {
      return null;
    }
  }
}
