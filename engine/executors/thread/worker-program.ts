/** A task's code in a worker thread. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Deserializer } from "node:v8";
import { compileFunction, constants } from "node:vm";
import { context } from "../../context.ts";
import { compileScript } from "../../portable/compile-script.ts";
import { exportOf } from "../../portable/module-finder.ts";
import type { ModuleReference, NodeMaker, PortableGraph } from "../../portable/portable-graph.ts";
import { readPortable, type ReadGraph } from "../../portable/portable-reader.ts";
import type { ProgramMessage } from "./messages.ts";

type Imported = Extract<NodeMaker, { kind: "module" | "require" }>;

/** Its modules are loaded once, its values are made as often as calls need values of their own. */
export class WorkerProgram {
  readonly #content: PortableGraph | Uint8Array;
  readonly #changeable: boolean;
  #imported: ReadonlyMap<number, unknown> | null = null;
  #loading: Promise<void> | null = null;
  #made: ReadGraph | null = null;
  /** Other modules than Node's: they may keep what they are given. */
  hasModules = false;

  constructor({ content, changeable }: ProgramMessage) {
    this.#content = content;
    this.#changeable = changeable;
  }

  /** Loads the modules; null where that has been done. */
  load(): Promise<void> | null {
    if (this.#imported !== null) return null;
    return (this.#loading ??= this.#load());
  }

  async #load(): Promise<void> {
    const imported = new Map<number, unknown>();
    const loads: Promise<unknown>[] = [];
    // A file that runs its flow when it is loaded has done so on the main thread.
    context.with({ loadingFlow: true }, () => {
      this.#graph().nodes.forEach(({ maker }, index) => {
        if (maker.kind !== "module" && maker.kind !== "require") return;
        loads.push(this.#import(maker).then((value) => imported.set(index, value)));
      });
    });
    await Promise.all(loads);
    this.#imported = imported;
  }

  async #import(maker: Imported): Promise<unknown> {
    if (maker.kind === "require") return createRequire(pathOf(maker.from));
    const { parent, specifier, name, attributes, required } = maker.reference;
    if (process.getBuiltinModule(specifier) === undefined) this.hasModules = true;
    if (required) return exportOf(createRequire(pathOf(parent))(specifier.startsWith("file:") ? pathOf(specifier) : specifier), name);
    return exportOf(await importFrom(parent, specifier, attributes), name);
  }

  /** Its values: the same at each call, or new ones. Only after {@link load}. */
  values(): ReadGraph {
    if (this.#made !== null) return this.#made;
    const made = readPortable(this.#graph(), { compile: compileScript, imported: (_, index) => this.#imported?.get(index) });
    if (!this.#changeable) this.#made = made;
    return made;
  }

  #graph(): PortableGraph {
    if (!(this.#content instanceof Uint8Array)) return this.#content;
    const deserializer = new Deserializer(this.#content);
    deserializer.readHeader();
    return deserializer.readValue() as PortableGraph;
  }
}

function pathOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}

type Importer = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;

const importers = new Map<string, Importer>();

/** `import()` as in the file at `parent`. */
function importFrom(parent: string, specifier: string, attributes: ModuleReference["attributes"]): Promise<unknown> {
  let importer = importers.get(parent);
  if (importer === undefined) {
    importer = compileFunction("return import(specifier, options)", ["specifier", "options"], {
      filename: parent === "" ? `${process.cwd()}/` : parent, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as Importer;
    importers.set(parent, importer);
  }
  return importer(specifier, attributes && { with: { ...attributes } });
}
