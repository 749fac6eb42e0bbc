import { describe, expect, test } from "vitest";
import type { Agent } from "../../../client/api-types.ts";
import { waitingReason } from "../../../server/web/components/waiting-reason.ts";

function agent(name: string, labels: string[], more: Partial<Agent> = {}): Agent {
  return { id: name, name, type: "LocalAgent", labels, hostname: name, coreVersion: "0.1.0", createdAt: "2026-01-31T12:00:00.000Z", lastQueried: "2026-01-31T12:00:00.000Z", healthy: true, runningCount: 0, limit: null, waitingCount: 0, ...more };
}

describe("why a run waits", () => {
  test("no agent was ever started", () => {
    expect(waitingReason(["a"], [])).toEqual({ text: "No agent is running.", command: "flowlet agent local start" });
  });

  test("the agents that there were are gone", () => {
    expect(waitingReason([], [agent("old", [], { healthy: false })]).text).toContain("none was heard of within a minute");
  });

  test("the labels of no agent are enough: the closest one is named, with what it lacks and what to type", () => {
    const { text, command } = waitingReason(["gpu", "windows"], [agent("mac", ["mac"]), agent("box", ["gpu", "box"])]);
    expect(text).toBe("No agent has all of the labels gpu, windows. Agent box lacks windows.");
    expect(command).toBe("flowlet agent local start --label gpu --label windows");
  });

  test("one that shares no label with it is not called close", () => {
    expect(waitingReason(["gpu"], [agent("mac", ["mac"])]).text).toBe("No agent has the label gpu.");
  });

  test("a run without labels is for agents without labels only", () => {
    const { text, command } = waitingReason([], [agent("box", ["box"])]);
    expect(text).toContain("every agent has some");
    expect(command).toBe("flowlet agent local start --no-hostname-label");
    expect(waitingReason([], [agent("bare", [])]).text).toBe("Agent bare takes it next.");
  });

  test("who may take it has as many as it is allowed to", () => {
    expect(waitingReason(["a"], [agent("box", ["a"], { limit: 8, runningCount: 8 }), agent("other", ["b"])]).text).toBe("Every agent that may take it has as many runs going as it is allowed to: box 8.");
  });

  test("the only one that may take it is silent", () => {
    expect(waitingReason(["a"], [agent("box", ["a"], { healthy: false }), agent("other", ["b"])]).text).toContain("Only agent box may take it");
  });

  test("a label with odd letters is one word for the shell", () => {
    expect(waitingReason(["it's here; rm -rf"], [agent("box", ["box"])]).command).toBe(`flowlet agent local start --label 'it'\\''s here; rm -rf'`);
  });
});
