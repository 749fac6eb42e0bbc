import { describe } from "vitest";
import { ThreadExecutor } from "../../../engine/index.ts";
import { describeExecutor } from "./executor-conformance.ts";

describe.each([2, 5])("ThreadExecutor, two threads, %d at a time", (concurrency) => {
  describeExecutor(new ThreadExecutor({ threads: 2, concurrency }));
});
