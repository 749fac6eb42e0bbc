/** Says that what is seen may be old, because the server is not heard. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useServices } from "../app/services.ts";
import { Button } from "../components/button.tsx";
import { useStore } from "../live/store.ts";

/** A connection that comes back at once is not worth a bar (milliseconds). */
const PATIENCE = 700;

export function ConnectionBar(): JSX.Element {
  const { events } = useServices();
  const connection = useStore(events.connection);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (connection !== "lost") return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [connection]);
  return (
    <div class="connection" role="status" data-connection={connection}>
      {shown && <div class="connection-bar"><span class="spinner" aria-hidden="true" />Connection lost, trying again. What you see may be old.<Button small onClick={() => events.retry()}>Try now</Button></div>}
    </div>
  );
}
