/** Stub. */
import type { JSX } from "preact";
import { Page } from "../../components/page.tsx";
export function SearchPage(): JSX.Element { return <Page title="Search"><p>…</p></Page>; }
