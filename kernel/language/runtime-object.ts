/** The expression by which emitted code reaches the cell runtime (`CellRuntime`), whatever names the user has declared. */
export const runtimeObject = `globalThis[Symbol.for("flowlet.cell")]`;
