/** Lists of a database that has grown large, as the pages ask for them. */
import { number, median, table, type Cell } from "../report.ts";
import { Scene } from "./scene.ts";
import type { Seeded } from "./seed.ts";

const DAY = 86_400_000;

export async function measurePages(seeded: Seeded, quick: boolean): Promise<string> {
  const repetitions = quick ? 5 : 20, rows: Cell[][] = [];
  const scene = await Scene.open({ database: seeded.file });
  try {
    const ask = async (path: string): Promise<{ body: any; took: number }> => {
      const started = performance.now();
      const response = await fetch(`${scene.endpoint}/api${path}`, { headers: { accept: "application/json" } });
      const body = await response.json();
      if (!response.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
      return { body, took: performance.now() - started };
    };
    await ask("/status");
    for (const [title, path] of await questions(seeded, async (path) => (await ask(path)).body)) {
      console.error(`${title} …`);
      const times: number[] = [];
      let items: number | undefined;
      for (let repetition = 0; repetition <= repetitions; repetition++) {
        const { body, took } = await ask(path);
        times.push(took);
        items = Array.isArray(body.items) ? body.items.length : undefined;
      }
      const again = times.slice(1);
      rows.push([title, items, number(times[0]), number(median(again)), number(Math.max(...again))]);
    }
    const memory = await scene.memory();
    return `${table([`${seeded.runs.toLocaleString("en-US")} runs, ${seeded.states.toLocaleString("en-US")} states, ${seeded.logs.toLocaleString("en-US")} log records`, "items", "first time, ms", "median, ms", "slowest, ms"], rows)}\n\nAfter all of them the server's process has ${number(memory)} MiB.`;
  } finally {
    await scene.close();
  }
}

async function questions(seeded: Seeded, ask: (path: string) => Promise<any>): Promise<(readonly [string, string])[]> {
  const { end, largeRunId, flowId, projectId, rareName, commonWord } = seeded;
  const iso = (time: number) => new Date(time).toISOString();
  const run = `/flow-runs/${largeRunId}`;
  const middle = (await ask(`/flow-runs?until=${iso(end - 15 * DAY)}`)).next as string;
  const [task] = (await ask(`${run}/task-runs?limit=1`)).items as { id: string }[];
  let place: string | null = null;
  for (let page = 0; page < 50; page++) place = (await ask(`${run}/task-runs?limit=200${place === null ? "" : `&after=${place}`}`)).next ?? place;
  return [
    ["runs: first page", "/flow-runs"],
    ["runs: a page in the middle", `/flow-runs?after=${middle}`],
    ["runs: 200 in a page", "/flow-runs?limit=200"],
    ["runs: oldest first", "/flow-runs?order=oldest"],
    ["runs: by a state", "/flow-runs?states=Failed"],
    ["runs: by a state with its kinds", "/flow-runs?states=Finished"],
    ["runs: by a flow", `/flow-runs?flowId=${flowId}`],
    ["runs: by a flow and a state", `/flow-runs?flowGroupId=${flowId}&states=Failed`],
    ["runs: by a project and a state", `/flow-runs?projectId=${projectId}&states=Failed`],
    ["runs: by a word that many names have", `/flow-runs?name=${commonWord}`],
    ["runs: by a name that one has", `/flow-runs?name=${rareName}`],
    ["runs: by a name that none has", "/flow-runs?name=nobody-has-it"],
    ["runs: by a name that none has, and a state", "/flow-runs?name=nobody-has-it&states=Failed,Success"],
    ["flows", "/flows"],
    ["dashboard: a day", `/overview?since=${iso(end - DAY)}&until=${iso(end)}`],
    ["dashboard: 30 days, all runs", `/overview?since=${iso(end - 30 * DAY)}&until=${iso(end)}`],
    ["dashboard: a project, 30 days", `/overview?projectId=${projectId}&since=${iso(end - 30 * DAY)}&until=${iso(end)}`],
    ["search: a word that many have", `/search?text=${commonWord}`],
    ["search: a name that one run has", `/search?text=${rareName}`],
    ["search: what none has", "/search?text=nobody-has-it"],
    ["a run of 20,000 tasks", run],
    ["its task runs: first page", `${run}/task-runs`],
    ["its task runs: a page in the middle", `${run}/task-runs?after=${place}`],
    ["its task runs: a state that none has", `${run}/task-runs?states=Failed`],
    ["its task runs: a name that none has", `${run}/task-runs?name=nobody-has-it`],
    ["its logs: first 1,000 of 50,000", `${run}/logs`],
    ["its logs: 1,000 in the middle", `${run}/logs?after=25000`],
    ["its logs: warnings", `${run}/logs?level=WARNING`],
    ["its logs: a text that none has", `${run}/logs?search=nobody-has-it`],
    ["its logs: of a task", `${run}/logs?taskRunId=${task!.id}`],
    ["a task run", `/task-runs/${task!.id}`],
  ];
}
