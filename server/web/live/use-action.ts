/** Something the user asks for: one at a time, what fails is told. */
import { useRef, useState } from "preact/hooks";
import { useServices } from "../app/services.ts";
import { errorText } from "./error-text.ts";

export interface ActionOptions<T> {
  /** Told when it is done; a function makes the text of the result. */
  readonly done?: string | ((result: T) => string);
  /** Heading of the failure: `The run was not cancelled`. */
  readonly failed: string;
}

/**
 * @param action what to do; what it throws is shown as a toast
 * @returns runs it (its result; undefined when it failed or one is going already), and whether one is going
 */
export function useAction<Arguments extends unknown[], T>(action: (...values: Arguments) => Promise<T>, { done, failed }: ActionOptions<T>): readonly [run: (...values: Arguments) => Promise<T | undefined>, busy: boolean] {
  const { toasts } = useServices();
  const [busy, setBusy] = useState(false);
  const going = useRef(false);
  const run = async (...values: Arguments): Promise<T | undefined> => {
    if (going.current) return undefined;
    going.current = true;
    setBusy(true);
    try {
      const result = await action(...values);
      if (done !== undefined) toasts.add("success", typeof done === "function" ? done(result) : done);
      return result;
    } catch (error) {
      toasts.add("error", failed, errorText(error));
      return undefined;
    } finally {
      going.current = false;
      setBusy(false);
    }
  };
  return [run, busy];
}
