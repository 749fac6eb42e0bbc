/** A table of things, each a link to its page, with pages where there are many. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { ChevronLeftIcon, ChevronRightIcon } from "./icons.tsx";
import { Skeleton } from "./notice.tsx";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly align?: "right";
  /** Takes what is left; long texts are cut off. */
  readonly grow?: boolean;
  /** Not shown on narrow screens. */
  readonly wide?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table is, for who does not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined: on their way. */
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  /** In place of a table without rows. */
  readonly empty: ComponentChildren;
  /** Rows of a former question are paler. */
  readonly former?: boolean;
  /** Below the rows. */
  readonly pager?: ComponentChildren;
}

export function DataTable<Row>({ label, columns, rows, rowKey, empty, former = false, pager }: DataTableProps<Row>): JSX.Element {
  if (rows === undefined) return <Skeleton lines={6} />;
  if (rows.length === 0) return <>{empty}{pager}</>;
  return (
    <>
      <div class={`table-box${former ? " former" : ""}`}>
        <table class="table" aria-label={label}>
          <thead><tr>{columns.map((column) => <th key={column.title} scope="col" class={columnClass(column)}>{column.title}</th>)}</tr></thead>
          <tbody>{rows.map((row) => <tr key={rowKey(row)}>{columns.map((column) => <td key={column.title} class={columnClass(column)}>{column.cell(row)}</td>)}</tr>)}</tbody>
        </table>
      </div>
      {pager}
    </>
  );
}

function columnClass({ align, grow, wide }: Pick<Column<unknown>, "align" | "grow" | "wide">): string {
  return [align === "right" && "right", grow === true && "grow", wide === true && "wide"].filter(Boolean).join(" ");
}

export interface Paging {
  /** For the operation's `after`; undefined: the first page. */
  readonly after: string | undefined;
  /** From 1. */
  readonly page: number;
  readonly next: (cursor: string) => void;
  readonly back: () => void;
}

/** Which page of a list is shown. @param filter another one begins at the first page */
export function usePaging(filter: string): Paging {
  const [{ of, cursors }, set] = useState<{ of: string; cursors: readonly string[] }>({ of: filter, cursors: [] });
  const current = of === filter ? cursors : [];
  useEffect(() => { if (of !== filter) set({ of: filter, cursors: [] }); }, [filter]);
  return {
    after: current.at(-1), page: current.length + 1,
    next: (cursor) => set({ of: filter, cursors: [...current, cursor] }),
    back: () => set({ of: filter, cursors: current.slice(0, -1) }),
  };
}

/** Back and forth. Nothing where there is one page. @param next of the answer */
export function Pager({ paging, next }: { readonly paging: Paging; readonly next: string | null | undefined }): JSX.Element | null {
  if (paging.page === 1 && (next === null || next === undefined)) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="faint">Page {paging.page}</span>
      <Button small icon={<ChevronLeftIcon />} disabled={paging.page === 1 ? "This is the first page." : undefined} onClick={paging.back}>Back</Button>
      <Button small disabled={next === null || next === undefined ? "This is the last page." : undefined} onClick={() => { if (next !== null && next !== undefined) paging.next(next); }}>Next<ChevronRightIcon /></Button>
    </nav>
  );
}
