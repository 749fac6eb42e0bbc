/**
 * TypeScript 7 as a child process that answers synchronously (`typescript/unstable/sync`, the version is pinned): only for a thread
 * that may block. The program is one file, the draft, and what it imports: a cell's cost does not grow with the notebook.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join, sep } from "node:path";
import { API, type Checker, type Diagnostic, type Project, type Snapshot } from "typescript/unstable/sync";
import { packageRoot, type CellFolder } from "./cell-folder.ts";
import type { CellGrammar } from "../../engine/syntax/syntax-tree.ts";

/** A text in the draft, and what TypeScript knows about it. Valid until the next `open`. */
export interface OpenDraft {
  readonly file: string;
  /** A module of the program that sees none of the draft's names. */
  readonly elsewhere: string;
  readonly checker: Checker;
  readonly project: Project;
}

/** Codes of "module not found": what is missing may be installed by the next cell. */
const unresolvedCodes: ReadonlySet<number> = new Set([2307, 2792, 7016, 2875, 2688]);

export class TypeChecker {
  readonly #folder: CellFolder;
  readonly #api: API;
  /** Declarations of this package, which do not change. */
  readonly #ownTypes = join(packageRoot(), "lib") + sep;
  #snapshot: Snapshot | undefined;
  /** Former ones, to be given back when nobody waits. */
  readonly #retired: Snapshot[] = [];
  /** Contents by file, to skip what has not changed. */
  readonly #written = new Map<string, string>();
  #created: string[] = [];
  #changed: string[] = [];
  #unresolved = false;
  /** The user's own modules that a program has read, with their version. */
  readonly #localFiles = new Map<string, string>();
  #followed: Project | undefined;
  #diagnosed: { readonly project: Project; readonly file: string; readonly found: readonly Diagnostic[] } | undefined;

  /** Starts the compiler. @throws Error when it cannot be started */
  constructor(folder: CellFolder) {
    this.#folder = folder;
    this.#api = new API({ cwd: folder.path });
    this.#snapshot = this.#api.updateSnapshot({ openProjects: [folder.configFile] });
  }

  /** Process id of the compiler, for the one who must end it when it hangs. */
  get processId(): number | undefined {
    const { client } = this.#api as unknown as { client?: { channel?: { child?: { pid?: number } } } };
    return client?.channel?.child?.pid;
  }

  /** Puts a text into the draft. @throws Error when the compiler is gone */
  open(text: string, grammar: CellGrammar): OpenDraft {
    const file = grammar === "tsx" ? this.#folder.jsxDraft : this.#folder.draft;
    const other = grammar === "tsx" ? this.#folder.draft : this.#folder.jsxDraft;
    this.#write(file, text);
    this.#write(other, "export {};\n");
    if (this.#snapshot === undefined || this.#created.length > 0 || this.#changed.length > 0 || this.#unresolved) this.#update();
    const [project] = this.#snapshot!.getProjects();
    if (project === undefined) throw new Error("TypeScript lost the project of the cells");
    return { file, elsewhere: this.#folder.augmentations, project, checker: project.checker };
  }

  /** Mistakes in the draft, those of syntax first. */
  diagnose({ project, file }: OpenDraft): readonly Diagnostic[] {
    // A cell that is run again, with nothing changed since, is the same file of the same program: what was found is still so.
    if (this.#diagnosed?.project === project && this.#diagnosed.file === file) return this.#diagnosed.found;
    const { program } = project;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    this.#diagnosed = { project, file, found };
    this.#unresolved = found.some((diagnostic) => unresolvedCodes.has(diagnostic.code));
    return found;
  }

  /** Only those of syntax. */
  diagnoseSyntax(draft: OpenDraft): readonly Diagnostic[] {
    return draft.project.program.getSyntacticDiagnostics(draft.file);
  }

  /** Keeps a cell's text as a module that later drafts can import. @param module as `cell_3` */
  addModule(module: string, text: string, grammar: CellGrammar): void {
    this.#write(join(this.#folder.path, `${module}.${grammar}`), text);
  }

  /** The modules that every draft sees. */
  setAugmentations(modules: readonly string[]): void {
    // Flowlet's types stay in the program, so that the first cell that imports them does not wait.
    const imports = ["flowlet", ...modules.map((module) => `./${module}`)].map((module) => `import "${module}";\n`).join("");
    this.#write(this.#folder.augmentations, imports);
  }

  /** Remembers which local modules the program reads, so that edits to them are noticed. */
  followLocalFiles(draft: OpenDraft): void {
    // The same program reads the same files.
    if (draft.project === this.#followed) return;
    this.#followed = draft.project;
    for (const file of draft.project.program.getSourceFileNames()) {
      if (!this.#localFiles.has(file) && this.#isLocal(file)) this.#localFiles.set(file, fileVersion(file));
    }
  }

  /** Does one of the local files declare a type of that name, exported or not? */
  isLocalTypeName(name: string): boolean {
    const declaration = new RegExp(`\\b(?:class|interface|type|enum|namespace)\\s+${name}\\b`);
    return [...this.#localFiles.keys()].some((file) => declaration.test(readIfThere(file)));
  }

  /** Gives back what former questions have used; when the answer is on its way. @throws Error when the compiler is gone */
  rest(): void {
    for (let snapshot = this.#retired.pop(); snapshot !== undefined; snapshot = this.#retired.pop()) snapshot.dispose();
  }

  /** Ends the compiler. Never throws, also when it has ended already. */
  close(): void {
    // Asked to end, it would say "context canceled" on our stderr.
    if (this.processId !== undefined) kill(this.processId);
    try {
      this.#api.close();
    } catch {
      // It could not even be told; its pipes are still open.
      (this.#api as unknown as { client?: { close?: () => void } }).client?.close?.();
    }
  }

  #isLocal(file: string): boolean {
    return !file.includes("/node_modules/") && !file.startsWith(this.#folder.path + sep) && !file.startsWith("bundled:") && !file.startsWith(this.#ownTypes);
  }

  /** Were local files edited since the last call? Call before `open`. */
  noticeLocalChanges(): boolean {
    const before = this.#changed.length;
    for (const [file, version] of this.#localFiles) {
      const now = fileVersion(file);
      if (now === version) continue;
      this.#localFiles.set(file, now);
      this.#changed.push(file);
    }
    return this.#changed.length > before;
  }

  #write(file: string, text: string): void {
    const before = this.#written.get(file);
    if (before === text) return;
    if (before === undefined) writeFileSync(file, text);
    else overwrite(file, text);
    this.#written.set(file, text);
    (before === undefined && !file.includes("draft") && file !== this.#folder.augmentations ? this.#created : this.#changed).push(file);
  }

  #update(): void {
    if (this.#snapshot !== undefined) this.#retired.push(this.#snapshot);
    const fileChanges = this.#unresolved ? { invalidateAll: true as const } : { created: this.#created, changed: this.#changed };
    this.#snapshot = this.#api.updateSnapshot({ fileChanges });
    this.#created = [];
    this.#changed = [];
    this.#unresolved = false;
  }
}

/**
 * Writes a file that is there, most likely. Emptied first, as `writeFileSync` does, it would take twenty times as long: a file system that
 * guards against loss (ext4) then writes its blocks out.
 */
function overwrite(file: string, text: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r+");
  } catch {
    return writeFileSync(file, text);
  }
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
    ftruncateSync(descriptor, bytes.length);
  } finally {
    closeSync(descriptor);
  }
}

function kill(processId: number): void {
  try {
    process.kill(processId, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function fileVersion(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${mtimeMs}:${size}`;
  } catch {
    return "gone";
  }
}
