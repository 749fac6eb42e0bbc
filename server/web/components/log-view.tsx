/** Log records, as many as there are: only the lines that are seen are in the page. Follows the end while it is seen. */
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LogEntry } from "../live/api.ts";
import { Button } from "./button.tsx";
import { clockTime, exactTime } from "./format-time.ts";
import { ChevronDownIcon } from "./icons.tsx";
import { pathTo } from "../router/routes.ts";

/** Height of a line, as style/components.css says (pixels). */
const LINE = 20;
/** Lines above and below what is seen (count). */
const MORE = 20;
/** A browser's elements cannot be taller: beyond, lines are told to be missing (pixels). */
const TALLEST = 15_000_000;

interface Line {
  readonly entry: LogEntry;
  readonly text: string;
  /** Of several of one message. */
  readonly first: boolean;
}

export interface LogViewProps {
  readonly entries: readonly LogEntry[];
  /** Marked in the messages. */
  readonly search?: string;
  /** Names of tasks are links. Default: true */
  readonly showTasks?: boolean;
  /** In place of lines. */
  readonly empty: string;
}

export function LogView({ entries, search = "", showTasks = true, empty }: LogViewProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [following, setFollowing] = useState(true);
  const lines = useMemo(() => entries.flatMap((entry) => entry.message.split("\n").map((text, index): Line => ({ entry, text, first: index === 0 }))).slice(-TALLEST / LINE), [entries]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (following && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length, following, height]);
  const scrolled = () => {
    const element = box.current;
    if (element === null) return;
    setTop(element.scrollTop);
    setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 2 * LINE);
  };
  const begin = Math.max(0, Math.floor(top / LINE) - MORE);
  const end = Math.min(lines.length, Math.ceil((top + height) / LINE) + MORE);
  return (
    <div class="log-frame">
      <div class="log" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label="Log records" aria-live="off">
        {lines.length === 0 ? <p class="log-empty">{empty}</p> : (
          <div class="log-lines" style={{ height: `${lines.length * LINE}px` }}>
            <div class="log-window" style={{ transform: `translateY(${begin * LINE}px)` }}>
              {lines.slice(begin, end).map((line, index) => <LogLine key={begin + index} line={line} search={search} showTask={showTasks} />)}
            </div>
          </div>
        )}
      </div>
      {!following && <span class="log-follow"><Button small icon={<ChevronDownIcon />} onClick={() => setFollowing(true)}>To the end</Button></span>}
    </div>
  );
}

function LogLine({ line: { entry, text, first }, search, showTask }: { readonly line: Line; readonly search: string; readonly showTask: boolean }): JSX.Element {
  const at = Date.parse(entry.at);
  return (
    <div class="log-line" data-level={entry.level}>
      <time title={exactTime(at)}>{first ? clockTime(at) : ""}</time>
      <span class="log-level">{first ? entry.level : ""}</span>
      {showTask && <span class="log-task">{!first || entry.taskRunId === null ? "" : <a href={pathTo.taskRun(entry.taskRunId)} title={entry.taskRunName ?? ""}>{entry.taskRunName}</a>}</span>}
      <span class="log-text"><Marked text={text} part={search} /></span>
    </div>
  );
}

function Marked({ text, part }: { readonly text: string; readonly part: string }): JSX.Element {
  if (part === "") return <>{text}</>;
  const pieces: JSX.Element[] = [];
  const [lower, wanted] = [text.toLowerCase(), part.toLowerCase()];
  // A letter whose lower case is longer would shift all that follows: then nothing is marked.
  if (lower.length !== text.length) return <>{text}</>;
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    pieces.push(<>{text.slice(from, at)}</>, <mark>{text.slice(at, at + part.length)}</mark>);
    from = at + part.length;
  }
  return <>{pieces}{text.slice(from)}</>;
}
