/** A text that filters a list: handed on when the typing pauses. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { SearchIcon } from "./icons.tsx";

/** How long the typing has to pause (milliseconds). */
const PAUSE = 200;

export function SearchField({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (text: string) => void }): JSX.Element {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="search-field"><SearchIcon /><input type="search" aria-label={label} placeholder={label} value={text} spellcheck={false} maxLength={200} onInput={(event) => setText(event.currentTarget.value)} /></label>
  );
}
