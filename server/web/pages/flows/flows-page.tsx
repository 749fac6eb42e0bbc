/** Stub. */
import type { JSX } from "preact";
import { Page } from "../../components/page.tsx";
export function FlowsPage(): JSX.Element { return <Page title="Flows"><p>…</p></Page>; }
