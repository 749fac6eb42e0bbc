/** Where in a TOML text a key stands: parsers do not tell, and an error without a line is half an error. */

const NAME = `(?:[\\w-]+|"(?:[^"\\\\]|\\\\.)*"|'[^']*')`;
const NAMES = `${NAME}(?:\\s*\\.\\s*${NAME})*`;
const HEADER = new RegExp(`^\\s*\\[\\[?\\s*(${NAMES})\\s*\\]`);
const ASSIGNMENT = new RegExp(`^\\s*(${NAMES})\\s*=`);

function namesIn(text: string): string[] {
  return [...text.matchAll(new RegExp(NAME, "g"))].map(([name]) => (name[0] === '"' || name[0] === "'" ? name.slice(1, -1) : name));
}

/**
 * Finds the line (from 1) where a key or section is written, by its path as written; null where it is not found. A key inside
 * an inline table is on the table's line.
 */
export function keyLines(text: string): (path: readonly string[]) => number | null {
  const lines = new Map<string, number>();
  let section: readonly string[] = [];
  let inside: string | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const header = inside === null ? HEADER.exec(line) : null;
    const assignment = inside === null && header === null ? ASSIGNMENT.exec(line) : null;
    if (header !== null) section = namesIn(header[1]);
    const here = assignment === null ? section : [...section, ...namesIn(assignment[1])];
    if (header !== null || assignment !== null) {
      for (let length = here.length; length > 0 && !lines.has(id(here.slice(0, length))); length--) lines.set(id(here.slice(0, length)), index + 1);
    }
    inside = openText(line, inside);
  }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(id(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return null;
  };
}

const id = (path: readonly string[]) => path.join("\n");

/** The quotes of a text of several lines that is open at the end of a line. */
function openText(line: string, inside: string | null): string | null {
  let open = inside;
  for (const [quotes] of line.matchAll(/"""|'''/g)) open = open === null ? quotes : open === quotes ? null : open;
  return open;
}
