/** Events as they go through the database. */
import type { ServerEvent } from "../api/schemas/event.ts";

/** Characters of one text: PostgreSQL takes 8000 bytes, and a character may be three. */
const LIMIT = 1700;

/** One text, or several where many task runs have changed. */
export function eventTexts(event: ServerEvent): string[] {
  const text = JSON.stringify(event);
  if (text.length <= LIMIT || event.type !== "taskRuns") return [text];
  const texts: string[] = [];
  let states: typeof event.states = {}, length = 0;
  const finish = () => { if (length > 0) texts.push(JSON.stringify({ ...event, states })); };
  for (const [key, state] of Object.entries(event.states)) {
    const added = JSON.stringify(key).length + 20;
    if (length > 0 && length + added > LIMIT) {
      finish();
      [states, length] = [{}, 0];
    }
    states[key] = state;
    length += added;
  }
  finish();
  return texts;
}

/** The other way; what this version does not know is a reason to look at everything again. */
export function eventOfText(text: string): ServerEvent {
  try {
    return JSON.parse(text) as ServerEvent;
  } catch {
    return { type: "reset" };
  }
}
