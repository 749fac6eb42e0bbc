/** What the kernel says of itself. Source: Jupyter, "Kernel info". */
import { PROTOCOL_VERSION, type Json } from "./messages.ts";

/** @param version of this package @param typescript version of the compiler */
export function kernelInfo(version: string, typescript: string): Json {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "flowlet",
    implementation_version: version,
    banner: `Flowlet ${version}: TypeScript ${typescript}, Node ${process.versions.node}`,
    debugger: false,
    supported_features: [],
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest-v24.x/api/" },
    ],
  };
}
