import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { withHost } from "../../../engine/embedding.ts";
import { Flow, FlowPicture, Parameter, allFinished, flatten, task, type VisualizeOptions } from "../../../engine/index.ts";
import { pictureSnapshot } from "../../../engine/picture/picture-snapshot.ts";
import { capturedLogs } from "../captured-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "flowlet-picture-"));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const load = task((day: string, width: number) => Array.from({ length: width }, (_, i) => `${day} ${i}`), { name: "load" });
const clean = task((row: string) => { if (row.endsWith("1")) throw new Error("bad row"); return row; }, { name: "clean" });
const count = task((rows: unknown[], title: string) => `${title} ${rows.length}`, { name: "count", trigger: allFinished });

/** load → clean (mapped) → clean (mapped) → count */
function sales(width: number) {
  const flow = new Flow("Daily <sales>");
  flow.build(() => { count(clean.map(clean.map(load(new Parameter<string>("day"), width))), "rows"); });
  return flow;
}
/** In a notebook: nothing is written. */
const draw = (flow: Flow, options: VisualizeOptions = {}) => withHost({}, () => flow.visualize(options));
const nodes = (snapshot: ReturnType<typeof pictureSnapshot>) => snapshot.nodes.filter((node) => node.kind !== "constant").map(({ name, state }) => (state === undefined ? name : `${name} ${state}`));
const edges = (snapshot: ReturnType<typeof pictureSnapshot>) => snapshot.edges.map(([from, to, key, kind]) => [snapshot.nodes[from].name, snapshot.nodes[to].name, key, ...(kind === undefined ? [] : [kind])].join(" "));

describe("the picture of a flow", () => {
  test("names mapped tasks as such, and draws each task once", () => {
    const snapshot = pictureSnapshot(sales(3), undefined);
    expect(nodes(snapshot)).toEqual(["load", "day", "clean <map>", "clean <map>", "count"]);
    expect(edges(snapshot)).toEqual(["day load day", "3 load width", "load clean <map> row mapped", "clean <map> clean <map> row mapped", "clean <map> count rows", '"rows" count title']);
  });

  test("is shown by a notebook, and written nowhere there", () => {
    const picture = draw(sales(3));
    const bundle = (picture as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();
    expect(Object.keys(bundle)).toEqual(["image/svg+xml", "text/plain"]);
    expect(bundle["image/svg+xml"]).toMatch(/^<svg [^]*clean &lt;map&gt;[^]*<\/svg>$/);
    expect([picture.path, String(picture)]).toEqual([null, '<FlowPicture: "Daily <sales>">']);
    expect(picture).toBeInstanceOf(FlowPicture);
  });

  test("is equal for an equal flow", () => {
    expect(draw(sales(3)).svg).toBe(draw(sales(3)).svg);
  });
});

describe("the picture of a run", () => {
  test("draws the children of mapped tasks with edges from child to child, and all of them into what gathers them", async () => {
    const flow = sales(3);
    const snapshot = pictureSnapshot(flow, await flow.run({ day: "Monday" }));
    expect(nodes(snapshot)).toEqual([
      "load Success", "day Success", "clean[0] Success", "clean[1] Failed", "clean[2] Success", "clean[0] Success", "clean[1] TriggerFailed", "clean[2] Success", "count Success",
    ]);
    expect(edges(snapshot)).toEqual([
      "day load day", "3 load width", "load clean[0] row mapped", "load clean[1] row mapped", "load clean[2] row mapped",
      "clean[0] clean[0] row mapped", "clean[1] clean[1] row mapped", "clean[2] clean[2] row mapped",
      "clean[0] count rows", "clean[1] count rows", "clean[2] count rows", '"rows" count title',
    ]);
    expect(new Set(snapshot.nodes.map((node) => node.id)).size).toBe(snapshot.nodes.length);
  });

  test("counts the children where they are many, and where there is none", async () => {
    const many = sales(30);
    const snapshot = pictureSnapshot(many, await many.run({ day: "Monday" }));
    expect(nodes(snapshot)).toEqual(["load Success", "day Success", "clean <map> Mapped", "clean <map> Mapped", "count Success"]);
    expect(snapshot.nodes[2].children).toEqual({ Success: 27, Failed: 3 });
    const none = sales(0);
    expect(nodes(pictureSnapshot(none, await none.run({ day: "Monday" })))[2]).toBe("clean <map> Mapped");
  });

  test("joins all children where elements do not keep their place", async () => {
    const flow = new Flow("f");
    flow.build(() => { const lists = task((x: number) => [x, x], { name: "lists" }).map([1]); task((x: number) => x, { name: "flat" }).map(flatten(lists)); });
    const snapshot = pictureSnapshot(flow, await flow.run());
    expect(edges(snapshot).filter((edge) => edge.includes("flat"))).toEqual(["lists[0] flat[0] x mapped", "lists[0] flat[1] x mapped"]);
  });

  test("fills cards with the colours of their states", async () => {
    const flow = sales(2);
    const state = await flow.run({ day: "Monday" });
    const grounds = (picture: FlowPicture) => [...picture.svg.matchAll(/style='fill:(#[0-9a-f]{6})'/g)].map(([, color]) => color);
    const filled = grounds(draw(flow, { state }));
    expect([filled.length, new Set(filled)]).toEqual([7, new Set(["#bfe5c7", "#f9b3b3", "#ffcbc1"])]);
    expect(grounds(draw(flow))).toEqual([]);
  });

  test("of another flow, or one that broke, leaves the tasks Pending", async () => {
    const state = await sales(1).run({ day: "Monday" });
    expect(new Set(nodes(pictureSnapshot(sales(1), state)))).toEqual(new Set(["load", "day", "clean <map>", "count"]));
  });
});

describe("a picture from top to bottom", () => {
  test("has what follows below, and is as high as it was wide", () => {
    const size = (options: VisualizeOptions) => /width='(\d+)' height='(\d+)'/.exec(draw(sales(3), options).svg)!.slice(1).map(Number);
    const [[wide, low], [narrow, high]] = [size({}), size({ horizontal: false })];
    expect(wide).toBeGreaterThan(low);
    expect(high).toBeGreaterThan(narrow);
  });
});

describe("a picture's file", () => {
  test.each([
    [{ filename: "a.svg" }, "a.svg", /^<svg /],
    [{ filename: "b" }, "b.svg", /^<svg /],
    [{ filename: "c.html" }, "c.html", /^<!doctype html>[^]*<title>Daily &lt;sales&gt;<\/title>[^]*<svg /],
    [{ filename: "d", format: "html" }, "d.html", /^<!doctype html>/],
    [{ filename: "e.png", format: "svg" }, "e.png.svg", /^<svg /],
    [{ filename: "new/folder/v1.2" }, "new/folder/v1.2.svg", /^<svg /],
  ])("%o is written as %s", (options, name, text) => {
    const picture = draw(sales(1), { ...options, filename: join(folder, options.filename) } as VisualizeOptions);
    expect(picture.path).toBe(join(folder, name));
    expect(readFileSync(picture.path as string, "utf8")).toMatch(text);
    expect(String(picture)).toBe(`<FlowPicture: "Daily <sales>" in ${join(folder, name)}>`);
  });

  test("is a temporary one in a script that names none, and its place is logged", async () => {
    const picture = sales(1).visualize();
    expect(picture.path).toMatch(/flowlet-Daily-sales-[0-9a-f]{8}\.svg$/);
    expect(existsSync(picture.path as string)).toBe(true);
    rmSync(picture.path as string);
    expect(await capturedLogs(() => sales(1).visualize(), "INFO")).toEqual([]);
  });

  test.each([
    [{ filename: "x.png" }, "A picture is written as svg or html, got png. Write an svg, and convert it"],
    [{ format: "pdf" }, 'A picture is written as svg or html, got "pdf".'],
    [{ filename: 5 }, "flow.visualize of Daily <sales>: the option filename must be a path, got number 5."],
    [{ state: {} }, "the option state must be the State of a run, got an object of class Object."],
    [{ flow_state: 1 }, "flow.visualize of Daily <sales> has no option flow_state. It has state, filename, format, horizontal."],
  ])("%o is refused", (options, message) => {
    expect(() => draw(sales(1), options as VisualizeOptions)).toThrow(message);
  });
});
