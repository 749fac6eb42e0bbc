/** What went wrong, in place of what could not be shown. */
import type { JSX } from "preact";
import { errorText } from "../live/error-text.ts";
import { Button } from "./button.tsx";
import { AlertIcon, RestartIcon } from "./icons.tsx";

export function ErrorNotice({ what, error, onRetry }: { /** `The flows could not be loaded` */ readonly what: string; readonly error: unknown; readonly onRetry?: () => void }): JSX.Element {
  return (
    <div class="notice error" role="alert">
      <AlertIcon /><div><strong>{what}.</strong> {errorText(error)}</div>
      {onRetry !== undefined && <Button small icon={<RestartIcon />} onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** Grey lines where an answer is on its way. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }): JSX.Element {
  return <div class="skeleton" role="status" aria-label="Loading">{Array.from({ length: lines }, (_, line) => <span key={line} />)}</div>;
}
