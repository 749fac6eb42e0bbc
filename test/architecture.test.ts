import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const folders = (JSON.parse(read("tsconfig.json")) as { references: { path: string }[] }).references.map(({ path }) => path.replace("./", ""));

/** Folders that a folder's tsconfig allows it to import from. */
const allowed = new Map(folders.map((folder) => {
  const { references } = JSON.parse(read(`${folder}/tsconfig.json`)) as { references: { path: string }[] };
  return [folder, references.map(({ path }) => normalize(join(folder, path)))] as const;
}));

/** The project that a file belongs to: the innermost one, for server/web is inside of server. */
const projectOf = (file: string) => folders.filter((folder) => file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0] ?? file.split("/")[0];

const sources = [...new Set(folders.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts")).map((file) => join(folder, file))))];

/** Relative imports of a source, types included, as paths from the root. */
const imports = new Map(sources.map((source) => {
  const found = [...read(source).matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, specifier]) => normalize(join(dirname(source), specifier)));
  return [source, found] as const;
}));

test("there are sources to look at", () => {
  expect(sources.length).toBeGreaterThan(50);
});

test("a folder imports only from folders that its tsconfig names", () => {
  const wrong = [...imports].flatMap(([source, targets]) => {
    const folder = projectOf(source);
    return targets.map(projectOf).filter((other) => other !== folder && !allowed.get(folder)?.includes(other)).map((other) => `${source} imports from ${other}/`);
  });
  expect(wrong).toEqual([]);
});

test("no import goes in a circle, types included", () => {
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  for (const start of sources) {
    const path: string[] = [];
    const steps: { source: string; next: number }[] = state.has(start) ? [] : [{ source: start, next: 0 }];
    while (steps.length > 0) {
      const step = steps[steps.length - 1];
      if (step.next === 0) { state.set(step.source, "open"); path.push(step.source); }
      const target = imports.get(step.source)?.[step.next++];
      if (target === undefined) { state.set(step.source, "done"); path.pop(); steps.pop(); }
      else if (state.get(target) === "open") circles.push([...path.slice(path.indexOf(target)), target].join(" → "));
      else if (!state.has(target) && imports.has(target)) steps.push({ source: target, next: 0 });
    }
  }
  expect(circles).toEqual([]);
});

test("a file holds one concept: at most 350 lines, unless a script writes it", () => {
  expect(sources.filter((source) => !read(source).split("\n", 1)[0].includes("Written by scripts/") && read(source).split("\n").length > 350)).toEqual([]);
});

test("names say what a thing is: no utils, helpers, manager, common", () => {
  expect(sources.filter((source) => /(^|[/-])(utils?|helpers?|managers?|common|misc)([-./]|$)/.test(source))).toEqual([]);
});

test("nothing re-exports everything", () => {
  expect(sources.filter((source) => /export \* from/.test(read(source)))).toEqual([]);
});

describe("the table of folders in CONTRIBUTING.md", () => {
  test("says what the tsconfigs say", () => {
    const rows = [...read("CONTRIBUTING.md").matchAll(/^\| `?(\w+(?:\/\w+)*)\/`? \|[^|]*\|([^|]*)\|$/gm)].filter(([, folder]) => folders.includes(folder));
    const table = Object.fromEntries(rows.map(([, folder, names]) => [folder, [...names.matchAll(/`?(\w+)`?/g)].map(([, name]) => name).filter((name) => folders.includes(name)).sort()]));
    expect(table).toEqual(Object.fromEntries([...allowed].map(([folder, names]) => [folder, [...names].sort()])));
  });
});

test("the engine loads where there is no Jupyter, compiler or server", () => {
  const engine = sources.filter((source) => source.startsWith("engine/") || source.startsWith("layout/") || source.startsWith("protocol/"));
  const packages = new Set(engine.flatMap((source) => [...read(source).matchAll(/from "([^."][^"]*)"/g)].map(([, name]) => name)).filter((name) => !name.startsWith("node:")));
  expect([...packages].filter((name) => /jupyter|zeromq|typescript|fastify/.test(name))).toEqual([]);
  expect(relative(ROOT, join(ROOT, "engine"))).toBe("engine");
});
