/** All steps, in order. A step that was released is never changed: another one is added. */
import type { Migration } from "../migration.ts";
import { tables } from "./0001-tables.ts";
import { pages } from "./0002-pages.ts";

export const MIGRATIONS: readonly Migration[] = [tables, pages];
