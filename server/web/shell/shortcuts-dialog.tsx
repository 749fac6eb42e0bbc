/** Which keys do what. */
import type { JSX } from "preact";
import { Dialog } from "../components/dialog.tsx";
import { GO_KEYS } from "./shortcuts.ts";

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const rows: [keys: string[], text: string][] = [
    [["/"], "Search everywhere (also Ctrl K)"], [["?"], "These shortcuts"],
    ...GO_KEYS.map(({ key, text }): [string[], string] => [["g", key], text]),
    [["↑", "↓"], "Go through what was found, or the nodes of a graph"], [["Esc"], "Close"],
  ];
  return (
    <Dialog title="Shortcuts" onClose={onClose} size="small">
      <dl class="shortcuts">{rows.map(([keys, text]) => <div key={text}><dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{text}</dd></div>)}</dl>
    </Dialog>
  );
}
