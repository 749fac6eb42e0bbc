/** What is logged while something is done: a host takes the records. */
import { withHost, type LogRecord } from "../../engine/embedding.ts";

/** Runs `body`, waits for it and for what it has put off, and gives its records as `LEVEL logger: message`. */
export async function capturedLogs(body: () => unknown, level = "WARNING"): Promise<string[]> {
  const records: LogRecord[] = [];
  await withHost({ onLog: (record) => { records.push(record); } }, async () => {
    await body();
    await new Promise((resolve) => setImmediate(resolve));
  });
  return records.filter((record) => record.level === level).map((record) => record.message);
}
