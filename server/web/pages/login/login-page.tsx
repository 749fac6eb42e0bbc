/** Stub. */
import type { JSX } from "preact";
import { Page } from "../../components/page.tsx";
export function LoginPage(): JSX.Element { return <Page title="Login"><p>…</p></Page>; }
