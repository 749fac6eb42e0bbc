/** The worker's side of {@link createWorkerLayout}. */
import { layoutFlow } from "../layout/layout-flow.ts";
import type { LayoutAnswer, LayoutRequest } from "./worker-layout.ts";

const scope = self as unknown as { onmessage: (event: MessageEvent<LayoutRequest>) => void; postMessage(answer: LayoutAnswer): void };

scope.onmessage = ({ data: { id, flow } }) => {
  layoutFlow(flow).then(
    (layout) => scope.postMessage({ id, layout }),
    (error: unknown) => scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
  );
};
