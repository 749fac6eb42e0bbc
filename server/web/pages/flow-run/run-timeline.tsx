/** When each task of a run ran: a bar for each, in one scale. Only the rows that are seen are in the page. */
import { scaleTime, timeFormat } from "d3";
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { isStateKind } from "../../../../protocol/states.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { durationText } from "../../components/format-time.ts";
import { ErrorNotice, Skeleton } from "../../components/notice.tsx";
import { StateDot, stateStyle } from "../../components/state-badge.tsx";
import { useNow } from "../../components/time.tsx";
import type { FlowRunDetails, TaskRun } from "../../live/api.ts";
import { useTaskRuns } from "../../live/use-task-runs.ts";
import { pathTo } from "../../router/routes.ts";

/** Height of a row, as style/runs.css says (pixels). */
const ROW = 28;
/** Rows above and below what is seen (count). */
const MORE = 10;
/** Shortest bar (pixels). */
const SHORTEST = 3;
const ZOOM = 2;
const LARGEST_ZOOM = 256;

export function RunTimeline({ run }: { readonly run: FlowRunDetails }): JSX.Element {
  const { taskRuns, loading, error } = useTaskRuns(run.id);
  const rows = useMemo(() => [...taskRuns.values()].filter(({ startTime }) => startTime !== null).sort((one, other) => Date.parse(one.startTime!) - Date.parse(other.startTime!)), [taskRuns]);
  if (error !== undefined) return <ErrorNotice what="The tasks could not be loaded" error={error} />;
  if (rows.length === 0) return loading ? <Skeleton lines={6} /> : <EmptyState title="No task has begun">Their bars appear here when the run begins.</EmptyState>;
  return <Timeline run={run} rows={rows} />;
}

function Timeline({ run, rows }: { readonly run: FlowRunDetails; readonly rows: readonly TaskRun[] }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(0);
  const [zoom, setZoom] = useState(1);
  const going = !isStateKind(run.state, "Finished");
  const now = useNow(going ? 1000 : null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const begin = Math.min(...rows.slice(0, 1).map((row) => Date.parse(row.startTime!)), run.startTime === null ? Infinity : Date.parse(run.startTime));
  const end = Math.max(begin + 1, going ? now : 0, rows.reduce((latest, { endTime }) => Math.max(latest, endTime === null ? 0 : Date.parse(endTime)), 0));
  const width = Math.max(100, size.width) * zoom;
  const x = scaleTime([begin, end], [0, width]);
  const ticks = x.ticks(Math.max(2, Math.floor(width / 110)));
  const format = timeFormat(end - begin < 10_000 ? "%H:%M:%S.%L" : "%H:%M:%S");
  const first = Math.max(0, Math.floor(top / ROW) - MORE), last = Math.min(rows.length, Math.ceil((top + size.height) / ROW) + MORE);
  return (
    <div class="timeline">
      <div class="timeline-bar">
        <span class="faint">{rows.length.toLocaleString("en")} tasks in {durationText(end - begin)}</span><span class="space" />
        <Button small disabled={zoom === 1 ? "The whole run is shown." : undefined} onClick={() => setZoom(zoom / ZOOM)} aria-label="Zoom out">−</Button>
        <Button small disabled={zoom === 1 ? "The whole run is shown." : undefined} onClick={() => setZoom(1)}>Whole run</Button>
        <Button small disabled={zoom >= LARGEST_ZOOM ? "It can not be larger." : undefined} onClick={() => setZoom(zoom * ZOOM)} aria-label="Zoom in">+</Button>
      </div>
      <div class="timeline-box" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)} tabIndex={0} role="group" aria-label="Timeline of the tasks">
        <div class="timeline-plane" style={{ width: `${width}px`, height: `${rows.length * ROW + ROW}px` }}>
          <svg class="timeline-grid" width={width} height={rows.length * ROW + ROW} aria-hidden="true">
            {ticks.map((at) => <g key={at.getTime()}><line x1={x(at)} x2={x(at)} y1={0} y2={rows.length * ROW + ROW} /></g>)}
          </svg>
          <div class="timeline-axis" aria-hidden="true">{ticks.map((at) => <span key={at.getTime()} style={{ left: `${x(at)}px` }}>{format(at)}</span>)}</div>
          {rows.slice(first, last).map((row, index) => <TimelineRow key={row.id} row={row} y={(first + index + 1) * ROW} from={x(Date.parse(row.startTime!))} to={x(row.endTime === null ? end : Date.parse(row.endTime))} width={width} length={(row.endTime === null ? end : Date.parse(row.endTime)) - Date.parse(row.startTime!)} />)}
        </div>
      </div>
    </div>
  );
}

function TimelineRow({ row, y, from, to, width, length }: { readonly row: TaskRun; readonly y: number; readonly from: number; readonly to: number; readonly width: number; readonly length: number }): JSX.Element {
  const text = `${row.name}: ${row.state}, ${durationText(length)}`;
  // The name stands where there is room: behind the bar, or before it.
  const right = to > width * 0.7;
  return (
    <a class="timeline-row" href={pathTo.taskRun(row.id)} title={text} aria-label={text} style={{ top: `${y}px` }}>
      <span class="timeline-mark" data-state={row.state} style={{ ...stateStyle(row.state), left: `${from}px`, width: `${Math.max(SHORTEST, to - from)}px` }} />
      <span class={right ? "timeline-name before" : "timeline-name"} style={right ? { right: `${width - from + 6}px` } : { left: `${to + 6}px` }}><StateDot state={row.state} />{row.name} <span class="faint">{durationText(length)}</span></span>
    </a>
  );
}
