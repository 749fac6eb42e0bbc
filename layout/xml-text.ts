/** User text as XML text or attribute content: characters that XML forbids are replaced, the special ones escaped. */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    // Control characters and non-characters are not allowed in XML 1.0, not even escaped.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const ENTITIES: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
