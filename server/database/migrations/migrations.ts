/** All steps, in order. A step that was released is never changed: another one is added. */
import type { Migration } from "../migration.ts";
import { tables } from "./0001-tables.ts";
import { pages } from "./0002-pages.ts";
import { overview } from "./0003-overview.ts";

export const MIGRATIONS: readonly Migration[] = [tables, pages, overview];
