/** Text to take along: ids and commands. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CheckIcon, CopyIcon } from "./icons.tsx";

/** How long the tick stays (milliseconds). */
const TICK = 1500;

/** A button that copies a text. @param what names it: `id` */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), TICK);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button type="button" class="copy" title={`Copy ${what}`} aria-label={copied ? "Copied" : `Copy ${what}`} onClick={(event) => { event.stopPropagation(); void copyText(text).then(setCopied); }}>
      {copied ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}

/** An id, with a button that copies it. @param short only its end is shown: the beginning is the time, alike for many */
export function CopyableId({ id, short = false }: { readonly id: string; readonly short?: boolean }): JSX.Element {
  return <span class="copyable"><code title={id}>{short ? `…${id.slice(-8)}` : id}</code><CopyButton text={id} what="id" /></span>;
}

/** A command for a terminal. */
export function Command({ children }: { readonly children: string }): JSX.Element {
  return <span class="command"><code>{children}</code><CopyButton text={children} what="command" /></span>;
}

/** Pages without encryption that are not on this machine have no clipboard: a selection is copied there instead. */
async function copyText(text: string): Promise<boolean> {
  try {
    if (window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not allowed: the other way.
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } finally {
    area.remove();
  }
}
