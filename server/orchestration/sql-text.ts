/** Pieces of SQL, and texts as databases can hold them. */

/** `?, ?, ?` */
export function places(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

/** For `like ? escape '\\'`: contains the text, in any case; the column holds {@link searchText}. */
export function containing(text: string): string {
  return pattern(searchText(text));
}

/** The same for `lower(column)`: databases lower the letters of ASCII only. */
export function containingAscii(text: string): string {
  return pattern(storable(text).replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
}

function pattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** For finding a name in any case. */
export function searchText(name: string): string {
  return storable(name).toLowerCase();
}

/** PostgreSQL has no texts with the character 0, and neither one holds halves of characters. */
export function storable(text: string): string {
  return text.replaceAll("\0", "␀").toWellFormed();
}

export function storableOrNull(text: string | null): string | null {
  return text === null ? null : storable(text);
}
