/** Stub. */
import type { JSX } from "preact";
import { Page } from "../../components/page.tsx";
export function FlowRunsPage(): JSX.Element { return <Page title="FlowRuns"><p>…</p></Page>; }
