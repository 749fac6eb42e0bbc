/** Search everywhere, from every page, with the keyboard: arrows choose, Enter opens. */
import type { JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useServices } from "../app/services.ts";
import { SearchIcon } from "../components/icons.tsx";
import { HitLine, hitAddress, hitKey } from "../components/search-hits.tsx";
import { errorText } from "../live/error-text.ts";
import { useQuery } from "../live/use-query.ts";
import { pathTo } from "../router/routes.ts";
import { GO_KEYS } from "./shortcuts.ts";

/** How long the typing has to pause (milliseconds). */
const PAUSE = 120;
const MOST = 12;

export function SearchPalette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { router } = useServices();
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const [at, setAt] = useState<string | null>(null);
  // Before the next key: it is meant for the field.
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => { if (before instanceof HTMLElement) before.focus(); };
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery("search", asked === "" ? null : { text: asked, limit: MOST }, { keepFormer: true });
  const hits = asked === "" ? [] : found.data?.items ?? [];
  const entries = asked === ""
    ? GO_KEYS.map(({ href, text: name, key }) => ({ key: href, address: href, line: <><span class="hit-name">{name}</span><span class="hit-kind"><kbd>g</kbd><kbd>{key}</kbd></span></> }))
    : [...hits.map((hit) => ({ key: hitKey(hit), address: hitAddress(hit), line: <HitLine hit={hit} text={asked} /> })), ...(hits.length < MOST ? [] : [{ key: "all", address: pathTo.search(asked), line: <><SearchIcon /><span class="hit-name">All that was found</span></> }])];
  // What is chosen stays so when more is found above it.
  const chosen = Math.max(0, entries.findIndex((entry) => entry.key === at));
  useEffect(() => { list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }); }, [chosen]);
  const open = (address: string | undefined) => {
    if (address === undefined) return;
    onClose();
    router.go(address);
  };
  const key = (event: KeyboardEvent) => {
    const to = { ArrowDown: (chosen + 1) % Math.max(1, entries.length), ArrowUp: (chosen - 1 + entries.length) % Math.max(1, entries.length) }[event.key];
    if (to !== undefined) setAt(entries[to]?.key ?? null);
    // What is not yet answered is searched on its own page.
    else if (event.key === "Enter") open(text.trim() !== asked ? pathTo.search(text.trim()) : entries[chosen]?.address ?? (asked === "" ? undefined : pathTo.search(asked)));
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Search everywhere" onCancel={(event) => { event.preventDefault(); onClose(); }} onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div class="palette-box">
        <div class="palette-input">
          <SearchIcon />
          <input
            type="search" role="combobox" list={undefined} aria-expanded="true" aria-controls={`${id}-list`} aria-activedescendant={entries[chosen] === undefined ? undefined : `${id}-${chosen}`} aria-label="Search projects, flows, runs, tasks and agents"
            placeholder="Search projects, flows, runs, tasks, agents" value={text} maxLength={200} spellcheck={false} autocomplete="off" autofocus onInput={(event) => { setText(event.currentTarget.value); setAt(null); }} onKeyDown={key}
          />
        </div>
        <div class="palette-list" role="listbox" id={`${id}-list`} aria-label="Found" ref={list}>
          {entries.map(({ key: entry, address, line }, index) => (
            <div key={entry} id={`${id}-${index}`} role="option" aria-selected={index === chosen} class="hit" onPointerMove={() => setAt(entry)} onClick={() => open(address)}>{line}</div>
          ))}
        </div>
        <p class="palette-foot" role="status">
          {found.error !== undefined && asked !== "" ? errorText(found.error) : asked !== "" && !found.loading && hits.length === 0 ? `Nothing has “${asked}” in its name.` : asked === "" ? "Type a part of a name." : <><kbd>↑</kbd><kbd>↓</kbd> choose <kbd>Enter</kbd> open <kbd>Esc</kbd> close</>}
        </p>
      </div>
    </dialog>
  );
}
