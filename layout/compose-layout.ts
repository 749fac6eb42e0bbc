/**
 * From a flow to what is laid out, and from middles and bends back to boxes and routes: the part that both algorithms share.
 */
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import type { EdgeRoute, FlowLayout, LayoutInput, NodeBox, Placement } from "./flow-layout.ts";
import { nodeSize, shownName, textWidth } from "./node-size.ts";

/** Space around the whole picture (pixels). */
const MARGIN = 12;

/** Longest label of an edge (characters). */
const MAX_LABEL_LENGTH = 18;

/** An edge's label as it is drawn; empty where the edge is order only. */
export function edgeLabel(edge: FlowSnapshot["edges"][number]): string {
  const key: unknown = edge[2];
  return typeof key === "string" ? shownName(key, MAX_LABEL_LENGTH) : "";
}

/** Which nodes are mapped: an edge into them is. */
export function mappedNodes(flow: Pick<FlowSnapshot, "nodes" | "edges">): Uint8Array {
  const mapped = new Uint8Array(flow.nodes.length);
  for (const edge of flow.edges) if (edge[3] !== undefined) mapped[edge[1]] = 1;
  return mapped;
}

/** What of a flow decides its layout. */
export function layoutInput(flow: Pick<FlowSnapshot, "nodes" | "edges">): LayoutInput {
  const mapped = mappedNodes(flow);
  const inputs = new Int32Array(flow.nodes.length);
  for (const edge of flow.edges) if (edgeLabel(edge) !== "") inputs[edge[1]]!++;
  return {
    sizes: flow.nodes.map((node, index) => nodeSize(node, mapped[index] === 1, inputs[index])),
    edges: flow.edges.map(([from, to]) => [from, to] as const),
    labelWidths: flow.edges.map((edge) => {
      const label = edgeLabel(edge);
      return label === "" ? 0 : textWidth(label, 11);
    }),
  };
}

/** Rounds, moves everything to the margin, and joins edges to the sides of their boxes. */
export function composeLayout(input: LayoutInput, placement: Placement): FlowLayout {
  const boxes: NodeBox[] = [];
  let left = Infinity;
  let top = Infinity;
  placement.centers.forEach(([x, y], node) => {
    const [width, height] = input.sizes[node]!;
    boxes.push({ x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height });
    left = Math.min(left, boxes[node]!.x);
    top = Math.min(top, boxes[node]!.y);
  });
  placement.bends.forEach((bends) => {
    for (let at = 1; at < bends.length; at += 2) top = Math.min(top, Math.round(bends[at]!));
  });
  const dx = boxes.length === 0 ? 0 : MARGIN - left;
  const dy = boxes.length === 0 ? 0 : MARGIN - top;
  const nodes = boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy }));
  const ports = inputPorts(input, placement, nodes, dy);
  let width = 0;
  let height = 0;
  for (const box of nodes) {
    width = Math.max(width, box.x + box.width);
    height = Math.max(height, box.y + box.height);
  }
  const columns = columnBounds(placement, nodes);
  const edges = input.edges.map(([from, to], edge): EdgeRoute => {
    const source = nodes[from]!;
    const target = nodes[to]!;
    const points: number[] = [];
    // Only onwards: a bend that would turn back is left out. An edge that closes a cycle has none.
    const add = (x: number, y: number) => {
      if (points.length === 0 || x > points.at(-2)!) points.push(x, y);
      height = Math.max(height, y);
    };
    const sourceY = source.y + Math.round(source.height / 2);
    add(source.x + source.width, sourceY);
    if (target.x > source.x + source.width) {
      // Level past the wider nodes of its own column, and of every column on the way: an edge never runs below a node.
      add(columns.get(placement.centers[from]![0])!.right, sourceY);
      const bends = placement.bends[edge] ?? [];
      const end = columns.get(placement.centers[to]![0])!.left;
      for (let at = 0; at + 1 < bends.length; at += 2) {
        const column = columns.get(bends[at]!);
        // Between two columns there is nothing to go around.
        if (column === undefined) continue;
        const y = Math.round(bends[at + 1]!) + dy;
        if (column.left < end) add(column.left, y);
        if (column.right < end) add(column.right, y);
      }
      if (end < target.x) add(end, ports[edge]!);
    }
    points.push(target.x, ports[edge]!);
    const label = input.labelWidths[edge] ?? 0;
    return label > 0 ? { points, label: labelBesideTarget(points, label) } : { points };
  });
  return { width: width + MARGIN, height: height + MARGIN, nodes, edges };
}

/** Left and right end of each column of nodes (pixels), by the middle that its nodes share. */
function columnBounds(placement: Placement, nodes: readonly NodeBox[]): Map<number, { left: number; right: number }> {
  const columns = new Map<number, { left: number; right: number }>();
  placement.centers.forEach(([x], node) => {
    const { x: left, width } = nodes[node]!;
    const column = columns.get(x);
    if (column === undefined) columns.set(x, { left, right: left + width });
    else {
      column.left = Math.min(column.left, left);
      column.right = Math.max(column.right, left + width);
    }
  });
  return columns;
}

/** Where each edge enters its target: spread over the left side, in the order the edges arrive, so that they do not cross. */
function inputPorts(input: LayoutInput, placement: Placement, nodes: readonly NodeBox[], dy: number): Int32Array {
  const arriving: number[][] = nodes.map(() => []);
  const from = input.edges.map(([source, target], edge) => {
    arriving[target]!.push(edge);
    const bends = placement.bends[edge];
    return bends !== undefined && bends.length > 1 ? bends.at(-1)! + dy : nodes[source]!.y + nodes[source]!.height / 2;
  });
  const ports = new Int32Array(input.edges.length);
  arriving.forEach((edges, node) => {
    const { y, height } = nodes[node]!;
    edges.sort((a, b) => from[a]! - from[b]! || a - b);
    edges.forEach((edge, index) => (ports[edge] = Math.round(y + (height * (index + 1)) / (edges.length + 1))));
  });
  return ports;
}

/** The label is on the edge just before the target, so that it names the input that the edge feeds. */
function labelBesideTarget(points: readonly number[], width: number): [number, number] {
  const x = points.at(-2)! - 12 - width / 2;
  let at = points.length - 4;
  while (at > 0 && points[at]! > x) at -= 2;
  const [x0, y0, x1, y1] = points.slice(at, at + 4) as [number, number, number, number];
  const t = x1 <= x0 ? 1 : Math.max(0, Math.min(1, (x - x0) / (x1 - x0)));
  // The route is a cubic with level ends: 3t² - 2t³ of the way down at t of the way right.
  return [Math.round(x), Math.round(y0 + (y1 - y0) * t * t * (3 - 2 * t))];
}
