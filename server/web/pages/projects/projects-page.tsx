/** Stub. */
import type { JSX } from "preact";
import { Page } from "../../components/page.tsx";
export function ProjectsPage(): JSX.Element { return <Page title="Projects"><p>…</p></Page>; }
