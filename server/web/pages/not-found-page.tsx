/** In place of a page that is not there, or that broke. */
import type { JSX } from "preact";
import { Button, ButtonLink } from "../components/button.tsx";
import { EmptyState } from "../components/empty-state.tsx";
import { AlertIcon, DashboardIcon, RestartIcon } from "../components/icons.tsx";
import { Page } from "../components/page.tsx";
import { errorCode } from "../live/error-text.ts";
import { ErrorNotice } from "../components/notice.tsx";

/** @param path as it was asked for */
export function NotFoundPage({ path }: { readonly path: string }): JSX.Element {
  return (
    <Page title="There is no such page">
      <EmptyState title={`Nothing is at ${path}`} icon={<AlertIcon />}>Look at the address, or press / to search. <ButtonLink href="/" icon={<DashboardIcon />}>Dashboard</ButtonLink></EmptyState>
    </Page>
  );
}

/** In place of the page of a thing that could not be shown: it is gone, or the server could not tell. @param what `flow run` */
export function MissingPage({ what, id, error, onRetry }: { readonly what: string; readonly id: string; readonly error: Error; readonly onRetry: () => void }): JSX.Element {
  const gone = errorCode(error) === "NOT_FOUND" || errorCode(error) === "BAD_REQUEST";
  return (
    <Page title={gone ? `There is no such ${what}` : `The ${what} could not be loaded`}>
      {gone
        ? <EmptyState title={`No ${what} has the id ${id}`} icon={<AlertIcon />}>It may have been deleted. Press / to search for it by name.</EmptyState>
        : <ErrorNotice what={`The ${what} could not be loaded`} error={error} onRetry={onRetry} />}
    </Page>
  );
}

/** In place of a page that threw. */
export function BrokenPage({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }): JSX.Element {
  return (
    <Page title="This page broke">
      <EmptyState title={error instanceof Error ? error.message : String(error)} icon={<AlertIcon />}>That is a fault of Flowlet's pages. The browser's console has the details. <Button icon={<RestartIcon />} onClick={onRetry}>Try again</Button></EmptyState>
    </Page>
  );
}
