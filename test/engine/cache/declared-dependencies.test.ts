/** As in tracing-files.test.ts, Node loads the tests. */
import { createRequire } from "node:module";

createRequire(import.meta.url)("./native/declared-dependencies.ts");
