/** The frame of a page: its title, where it belongs, what can be done, and the document's title. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Crumb {
  readonly text: string;
  readonly href: string;
}

export interface PageProps {
  readonly title: string;
  /** The document's title, where it tells more than the page's. */
  readonly documentTitle?: string;
  /** Above the title, from the outside in. */
  readonly crumbs?: readonly Crumb[];
  /** Beside the title. */
  readonly badge?: ComponentChildren;
  /** Below the title. */
  readonly facts?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Page({ title, documentTitle, crumbs = [], badge, facts, actions, children }: PageProps): JSX.Element {
  const shownTitle = documentTitle ?? title;
  useEffect(() => { document.title = `${shownTitle} · Flowlet`; }, [shownTitle]);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who listens to the page is told that it is another one; the first page is read from its beginning anyway.
  useEffect(() => { if (document.body.dataset.visited !== undefined) heading.current?.focus({ preventScroll: true }); document.body.dataset.visited = ""; }, []);
  return (
    <div class="page">
      <header class="page-head">
        <div class="page-title">
          {crumbs.length > 0 && <nav class="crumbs" aria-label="Where you are">{crumbs.map(({ text, href }) => <a key={href} href={href}>{text}</a>)}</nav>}
          <div class="page-name"><h1 ref={heading} tabIndex={-1}>{title}</h1>{badge}</div>
          {facts !== undefined && <div class="page-facts">{facts}</div>}
        </div>
        {actions !== undefined && actions !== false && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
