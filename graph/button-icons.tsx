/** The icons of the picture's buttons, in the colour of their text. */
import type { JSX } from "preact";

function Icon({ path }: { readonly path: string }): JSX.Element {
  return <svg class="jp-Flowlet-buttonIcon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d={path} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" /></svg>;
}

export const RunIcon = () => <Icon path="M5 3.2v9.6l7.5-4.8z" />;
export const RunTaskIcon = () => <Icon path="M3 4v8M6.5 3.8v8.4l6-4.2z" />;
export const RunFromIcon = () => <Icon path="M2.5 4v8l5-4zM8.5 4v8l5-4z" />;
export const StopIcon = () => <Icon path="M4 4h8v8H4z" />;
export const ZoomInIcon = () => <Icon path="M3.5 8h9M8 3.5v9" />;
export const ZoomOutIcon = () => <Icon path="M3.5 8h9" />;
export const FitIcon = () => <Icon path="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />;
export const CloseIcon = () => <Icon path="M4 4l8 8M12 4l-8 8" />;
export const RunUpToIcon = () => <Icon path="M3 4v8l6.5-4zM13 4v8" />;
export const RefreshIcon = () => <Icon path="M13 8a5 5 0 1 1-1.6-3.7M13 2.5V5h-2.5" />;
export const RegisterIcon = () => <Icon path="M8 10.5V3M5 5.8L8 2.8l3 3M3 10.5v2.7h10v-2.7" />;
export const OpenIcon = () => <Icon path="M9.5 3H13v3.5M13 3L7.5 8.5M11.5 9.5V13H3V4.5h3.5" />;
