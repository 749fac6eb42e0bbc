/** Listens to the keys of the whole. Not while something is typed, and not while a dialog is open. */
import { useEffect, useRef } from "preact/hooks";
import { useServices } from "../app/services.ts";
import { shortcutOf } from "./shortcuts.ts";

/** How long `g` waits for the next key (milliseconds). */
const PREFIX_LASTS = 1200;

export function useShortcuts(actions: { readonly search: () => void; readonly shortcuts: () => void }): void {
  const { router } = useServices();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let before: string | null = null;
    let forget: ReturnType<typeof setTimeout> | undefined;
    const listener = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && document.querySelector("dialog[open]") === null) {
        event.preventDefault();
        return latest.current.search();
      }
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
      const shortcut = shortcutOf(event.key, before);
      before = null;
      clearTimeout(forget);
      if (shortcut === null) return;
      event.preventDefault();
      if (shortcut.kind === "go") router.go(shortcut.href);
      else if (shortcut.kind === "prefix") {
        before = "g";
        forget = setTimeout(() => { before = null; }, PREFIX_LASTS);
      } else latest.current[shortcut.kind]();
    };
    document.addEventListener("keydown", listener);
    return () => {
      clearTimeout(forget);
      document.removeEventListener("keydown", listener);
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
