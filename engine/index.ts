/** Flowlet's engine: the names a flow's author uses. */
export {};
