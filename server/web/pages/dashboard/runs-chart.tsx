/** Runs over time: a bar for each span of time, in segments by state. A bar leads to its runs. */
import { max, scaleBand, scaleLinear, scaleUtc, timeFormat, type ScaleLinear } from "d3";
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../components/format-time.ts";
import { StateDot, stateParts } from "../../components/state-badge.tsx";
import type { Overview } from "../../live/api.ts";
import { STATES, type StateName } from "../../../../protocol/states.ts";

const HEIGHT = 190;
const MARGIN = { top: 8, right: 4, bottom: 22, left: 34 };
const DAY = 86_400_000;

export interface RunsChartProps {
  readonly history: Overview["history"];
  /** Of a former question: paler. */
  readonly former: boolean;
  readonly toRuns: (query: { readonly [name: string]: string }) => string;
}

interface Bar {
  readonly from: string;
  readonly to: string;
  readonly parts: readonly (readonly [state: StateName, count: number])[];
  readonly total: number;
}

export function RunsChart({ history, former, toRuns }: RunsChartProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  const bars: Bar[] = history.map(({ from, to, counts }) => {
    const parts = stateParts(counts);
    return { from, to, parts, total: parts.reduce((sum, [, count]) => sum + count, 0) };
  });
  const first = bars[0];
  const last = bars.at(-1);
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  const left = MARGIN.left;
  const right = Math.max(left + 1, width - MARGIN.right);
  const bottom = HEIGHT - MARGIN.bottom;
  const x = scaleBand<number>(bars.map((_, index) => index), [left, right]).paddingInner(0.22).paddingOuter(0.1);
  const y = scaleLinear([0, Math.max(4, max(bars, (bar) => bar.total) ?? 0)], [bottom, MARGIN.top]).nice(4);
  const shown = pointed === null ? undefined : bars[pointed];
  const states = stateParts(Object.fromEntries(bars.flatMap((bar) => bar.parts.map(([state]) => [state, 1]))) as { [State in StateName]?: number });

  return (
    <div class={`chart${former ? " former" : ""}`} ref={box} onPointerLeave={() => setPointed(null)}>
      {width > 0 && first !== undefined && last !== undefined && (
        <svg width={width} height={HEIGHT} role="group" aria-label={`${plural(total, "run")} over time`}>
          <Axes y={y} left={left} right={right} bottom={bottom} from={Date.parse(first.from)} to={Date.parse(last.to)} />
          {bars.map((bar, index) => (
            <BarColumn key={bar.from} bar={bar} x={x(index) ?? 0} width={x.bandwidth()} step={x.step()} y={y} top={MARGIN.top} bottom={bottom} href={toRuns({ since: bar.from, until: bar.to })} pointed={index === pointed} onPoint={() => setPointed(index)} />
          ))}
        </svg>
      )}
      {total === 0 && <p class="chart-empty">No run began in this time.</p>}
      <div class="chart-foot">
        {shown === undefined || pointed === null
          ? <ul class="legend">{states.map(([state]) => <li key={state}><StateDot state={state} />{state}</li>)}</ul>
          : <p class="legend" role="status"><strong>{spanText(shown)}</strong>{shown.total === 0 ? " no run" : shown.parts.map(([state, count]) => <span key={state}><StateDot state={state} />{count} {state}</span>)}</p>}
      </div>
    </div>
  );
}

interface BarColumnProps {
  readonly bar: Bar;
  readonly x: number;
  readonly width: number;
  readonly step: number;
  readonly y: ScaleLinear<number, number>;
  readonly top: number;
  readonly bottom: number;
  readonly href: string;
  readonly pointed: boolean;
  readonly onPoint: () => void;
}

function BarColumn({ bar, x, width, step, y, top, bottom, href, pointed, onPoint }: BarColumnProps): JSX.Element {
  // The whole column takes the pointer: short bars are hard to meet.
  const column = <rect class={pointed ? "chart-column pointed" : "chart-column"} x={x - (step - width) / 2} y={top} width={step} height={bottom - top} onPointerEnter={onPoint} />;
  if (bar.total === 0) return <g>{column}</g>;
  let below = 0;
  const segments = bar.parts.map(([state, count]) => {
    const base = y(below);
    below += count;
    const height = Math.max(1.5, base - y(below) - 1);
    return <rect key={state} class="chart-segment" x={x} y={base - height} width={width} height={height} rx={Math.min(2, width / 4)} fill={STATES[state].color} />;
  });
  return <a href={href} class="chart-bar" aria-label={`${spanText(bar)}: ${bar.parts.map(([state, count]) => `${count} ${state}`).join(", ")}`} onFocus={onPoint}>{column}{segments}</a>;
}

function Axes({ y, left, right, bottom, from, to }: { readonly y: ScaleLinear<number, number>; readonly left: number; readonly right: number; readonly bottom: number; readonly from: number; readonly to: number }): JSX.Element {
  // Local times as if they were UTC: ticks then stand at whole local hours, also on a day when the clocks change.
  const shift = (at: number) => at - new Date(at).getTimezoneOffset() * 60_000;
  const x = scaleUtc([shift(from), shift(to)], [left, right]);
  const text = x.tickFormat(Math.max(2, Math.floor((right - left) / 90)), to - from > 2 * DAY ? "%a %-d %b" : "%H:%M");
  return (
    <g class="chart-axes" aria-hidden="true">
      {y.ticks(4).filter(Number.isInteger).map((value) => (
        <g key={value}><line x1={left} x2={right} y1={y(value)} y2={y(value)} /><text x={left - 8} y={y(value) + 4} text-anchor="end">{value.toLocaleString("en")}</text></g>
      ))}
      {x.ticks(Math.max(2, Math.floor((right - left) / 90))).map((at) => <text key={at.getTime()} x={x(at)} y={bottom + 16} text-anchor="middle">{text(at)}</text>)}
    </g>
  );
}

function spanText({ from, to }: { readonly from: string; readonly to: string }): string {
  const [begin, end] = [new Date(from), new Date(to)];
  return `${timeFormat("%a %-d %b, %H:%M")(begin)}–${timeFormat("%H:%M")(end)}`;
}
