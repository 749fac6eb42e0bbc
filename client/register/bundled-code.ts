/** What becomes of a flow's code when it is registered. */
import { hash } from "node:crypto";

/** One ES module that makes the flows when it is evaluated, with what is known of it. */
export interface BundledCode {
  readonly code: string;
  /** To the sources, with their texts; null where it would be too large to be stored. */
  readonly sourceMap: string | null;
  /** Packages that are imported where it runs, because they hold native code or look for files of their own; sorted. */
  readonly external: readonly string[];
  /** Versions of the packages it uses, those in it and those that are imported; by name, several versions of one with commas between. */
  readonly packages: Readonly<Record<string, string>>;
  /** SHA-256 (hex) of what it does: equal for equal code in another folder. */
  readonly digest: string;
  /** What works on this machine only, or not at all: one sentence each, with file and line. */
  readonly limits: readonly string[];
  /** Types of parameters by name, as they are written in the code. */
  readonly parameterTypes: Readonly<Record<string, string>>;
  /** The file, or the notebook. */
  readonly source: string;
  /** All files of one's own that are in it, absolute. */
  readonly files: readonly string[];
}

/** At most so many characters are stored of code, and of a source map. */
export const MAX_CODE = 20_000_000;

/** What names a place in code. */
export interface Places {
  /** Files as the bundler names them in comments and keys. */
  readonly files: readonly string[];
  /** Texts that were put into the code, as they stand there. */
  readonly texts: readonly string[];
}

/** SHA-256 (hex) of code without what tells where it was. */
export function codeDigest(code: string, external: readonly string[], { files, texts }: Places): string {
  const names = new Map(files.map((file, index) => [file, index]));
  const numbered = new Map(texts.map((text, index) => [text, index]));
  const lines = code.split("\n").map((line) => {
    const comment = /^\s*\/\/ (.+)$/.exec(line);
    if (comment !== null && names.has(comment[1]!)) return "";
    const key = /^\s*(?:(?:async )?"((?:[^"\\]|\\.)*)"|(?:async )?'((?:[^'\\]|\\.)*)')\(/.exec(line);
    const name = key?.[1] ?? key?.[2];
    const plain = name !== undefined && names.has(name) ? line.replace(name, `<${names.get(name)}>`) : line;
    return numbered.size === 0 ? plain : plain.replace(/"(?:[^"\\]|\\.)*"/g, (text) => (numbered.has(text) ? `<place ${numbered.get(text)}>` : text));
  });
  return hash("sha256", JSON.stringify([lines, external]), "hex");
}
