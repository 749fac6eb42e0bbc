import { defineConfig } from "vitest/config";

/**
 * Four groups that run one after the other, sized for two cores: what only computes, what starts kernels, what drives a
 * browser (one at a time: each has a JupyterLab and a Chromium beside it), what sets up copies of the checkout.
 */
const MINUTE = 60_000;

const processes = ["test/kernel/**/*.test.ts", "test/examples/**/*.test.ts", "test/examples.test.ts", "test/bench/probe.test.ts", "test/agent/**/*.test.ts", "test/server/process/**/*.test.ts", "test/server/under-fire/**/*.test.ts", "test/client/register/**/*.test.ts"];
const browser = ["test/extension/**/*.test.ts", "test/graph/**/*.browser.test.ts", "test/server/web/**/*.browser.test.ts"];
const setup = ["test/setup/**/*.test.ts"];

export default defineConfig({
  test: {
    maxWorkers: 2,
    passWithNoTests: true,
    silent: "passed-only",
    projects: [
      {
        test: {
          name: "unit", include: ["test/**/*.test.ts"], exclude: [...processes, ...browser, ...setup],
          maxWorkers: 2, testTimeout: MINUTE, hookTimeout: MINUTE, sequence: { groupOrder: 1 },
          globalSetup: "test/server/postgres-setup.ts",
          // Tests of results on disk name a folder of their own; the others must not find what an earlier test has kept.
          env: { FLOWLET__CACHE__FOLDER: "false" },
        },
      },
      {
        test: {
          name: "processes", include: processes,
          maxWorkers: 2, testTimeout: 2 * MINUTE, hookTimeout: 2 * MINUTE, sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "browser", include: browser,
          fileParallelism: false, testTimeout: 3 * MINUTE, hookTimeout: 3 * MINUTE, sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "setup", include: setup,
          fileParallelism: false, testTimeout: 5 * MINUTE, hookTimeout: 5 * MINUTE, sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
