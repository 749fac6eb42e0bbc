/** Stub. */
import type { JSX } from "preact";
import { Page } from "../../components/page.tsx";
export function DashboardPage(): JSX.Element { return <Page title="Dashboard"><p>…</p></Page>; }
