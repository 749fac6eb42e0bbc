/** Stub. */
import type { JSX } from "preact";
import { Page } from "../../components/page.tsx";
export function AgentsPage(): JSX.Element { return <Page title="Agents"><p>…</p></Page>; }
