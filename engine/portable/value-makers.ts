/** Objects of built-in classes that structured clone does not copy, but that can be made again from a few plain values. */
import { Logger } from "../logging/logger.ts";

interface Maker {
  readonly class: Function;
  /** What to make it from. */
  read(value: never): readonly unknown[];
  make(...inputs: never[]): object;
}

function makers(): Record<string, Maker> {
  return {
    URL: { class: URL, read: (value: URL) => [value.href], make: (href: string) => new URL(href) },
    URLSearchParams: { class: URLSearchParams, read: (value: URLSearchParams) => [String(value)], make: (text: string) => new URLSearchParams(text) },
    // Copied: a small buffer is a view of a large one that others use too.
    Buffer: { class: Buffer, read: (value: Buffer) => [new Uint8Array(value)], make: ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) => Buffer.from(buffer, byteOffset, byteLength) },
    TextEncoder: { class: TextEncoder, read: () => [], make: () => new TextEncoder() },
    TextDecoder: {
      class: TextDecoder,
      read: ({ encoding, fatal, ignoreBOM }: InstanceType<typeof TextDecoder>) => [encoding, { fatal, ignoreBOM }],
      make: (encoding: string, options: object) => new TextDecoder(encoding, options),
    },
    DOMException: { class: DOMException, read: ({ message, name }: DOMException) => [message, name], make: (message: string, name: string) => new DOMException(message, name) },
    Logger: { class: Logger, read: ({ name }: Logger) => [name], make: (name: string) => new Logger(name) },
    ...Object.fromEntries(["Collator", "DateTimeFormat", "DisplayNames", "ListFormat", "NumberFormat", "PluralRules", "RelativeTimeFormat", "Segmenter"].map((name) => [`Intl.${name}`, intlMaker(name)])),
  };
}

interface Formatter { resolvedOptions(): { readonly locale: string } }

function intlMaker(name: string): Maker {
  const formatter = (Intl as unknown as Record<string, new (locale: string, options: object) => Formatter>)[name];
  return {
    class: formatter,
    read(value: Formatter) {
      const { locale, ...options } = value.resolvedOptions();
      return [locale, options];
    },
    make: (locale: string, options: object) => new formatter(locale, options),
  };
}

let table: Record<string, Maker> | null = null;
let byPrototype: ReadonlyMap<object, string> | null = null;

/** Name of the maker for a value, and what it needs; undefined where there is none. Subclasses have none. */
export function readMadeValue(value: object): { readonly maker: string; readonly inputs: readonly unknown[] } | undefined {
  table ??= makers();
  byPrototype ??= new Map(Object.entries(table).map(([name, maker]) => [maker.class.prototype as object, name]));
  const maker = byPrototype.get(Object.getPrototypeOf(value) as object);
  return maker === undefined ? undefined : { maker, inputs: table[maker].read(value as never) };
}

/** Makes the value again. */
export function makeValue(maker: string, inputs: readonly unknown[]): object {
  table ??= makers();
  return table[maker].make(...(inputs as never[]));
}
