/** stdout and stderr of a worker thread: what its code prints goes to the task that printed it, in order with its log records. */

type Written = (error?: Error | null) => void;

/** Leads what is written to the thread's streams elsewhere. They stay in place: Node itself talks to them. */
export function installOutput(print: (stream: "stdout" | "stderr", text: string) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Written, done?: Written): boolean => {
      const written = typeof encoding === "function" ? encoding : done;
      const isText = typeof chunk === "string";
      const text = isText && (typeof encoding !== "string" || /^utf-?8$/i.test(encoding)) ? chunk : (isText ? Buffer.from(chunk, encoding as BufferEncoding) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).toString("utf8");
      print(name, text);
      if (written !== undefined) process.nextTick(written);
      return true;
    };
  }
}
