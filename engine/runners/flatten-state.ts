/** Flattens what an upstream gave by one level (prefect.engine.flow_runner, flatten_upstream_state). */
import { Mapped, Success, type State } from "../state.ts";

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "string" || (typeof value === "object" && value !== null && Symbol.iterator in value);
}

/** What generators and other iterators gave: they can be gone through only once, and several tasks may want it. */
const taken = new WeakMap<object, readonly unknown[]>();

function elements(value: Iterable<unknown>): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string" || value[Symbol.iterator]() !== (value as unknown)) return [...value];
  let list = taken.get(value);
  if (list === undefined) taken.set(value, (list = [...value]));
  return list;
}

/**
 * A list of lists becomes one list; where one element is no list, nothing changes. Of a mapped upstream each child's elements
 * are taken together; children whose result is no list stay, and so do those that failed or were skipped.
 */
export function flattenState(state: State): State {
  if (state instanceof Mapped) {
    const states = state.mapStates.flatMap((child) => {
      if (!child.isSuccessful() || child.isSkipped() || !isIterable(child.result)) return [child];
      return elements(child.result).map((element) => new Success(child.message, element));
    });
    return new Mapped(state.message, states.map((one) => one.result), { mapStates: states });
  }
  const { result } = state;
  if (!isIterable(result)) return state;
  const lists = elements(result);
  if (!lists.every(isIterable)) return state;
  const flat = lists.flatMap(elements);
  return Object.assign(Object.create(Object.getPrototypeOf(state) as object) as State, state, { result: flat });
}
