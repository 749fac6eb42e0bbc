/** What tasks capture is read from V8; the test runner's own translation of modules would stand in between, so Node loads the tests. */
import { createRequire } from "node:module";

createRequire(import.meta.url)("./native/tracing-files.ts");
