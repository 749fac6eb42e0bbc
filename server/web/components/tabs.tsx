/** Parts of a page, one shown at a time; which one stands in the address (`?tab=`). */
import type { JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { useQueryParameter } from "../app/use-place.ts";

export interface Tab {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  readonly count?: number | undefined;
  readonly content: () => JSX.Element;
}

/** The first tab is shown where the address names none. Arrow keys go from one to the next. */
export function Tabs({ tabs, label, parameter = "tab" }: { readonly tabs: readonly Tab[]; readonly label: string; readonly parameter?: string }): JSX.Element {
  const [wanted, setWanted] = useQueryParameter(parameter);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const shown = tabs.find((tab) => tab.id === wanted) ?? tabs[0];
  const choose = (tab: Tab | undefined) => { if (tab !== undefined) setWanted(tab === tabs[0] ? null : tab.id); };
  const key = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab === shown);
    const to = { ArrowRight: (at + 1) % tabs.length, ArrowLeft: (at - 1 + tabs.length) % tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tabs[to]);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={key}>
        {tabs.map((tab) => (
          <button key={tab.id} type="button" role="tab" id={`${id}-${tab.id}`} aria-selected={tab === shown} aria-controls={`${id}-panel`} tabIndex={tab === shown ? 0 : -1} onClick={() => choose(tab)}>
            {tab.title}{tab.count !== undefined && <span class="count">{tab.count.toLocaleString("en")}</span>}
          </button>
        ))}
      </div>
      {shown !== undefined && <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.id}`} key={shown.id}>{shown.content()}</div>}
    </div>
  );
}
