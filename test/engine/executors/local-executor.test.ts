import { describe } from "vitest";
import { LocalExecutor } from "../../../engine/index.ts";
import { describeExecutor } from "./executor-conformance.ts";

describe.each([1, 16])("LocalExecutor, %d at a time", (concurrency) => {
  describeExecutor(new LocalExecutor({ concurrency }));
});
