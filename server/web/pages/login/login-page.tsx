/** Asks for the server's token, where it wants one. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { usePlace } from "../../app/use-place.ts";
import { Button } from "../../components/button.tsx";
import { Command } from "../../components/copyable.tsx";
import { Field } from "../../components/field.tsx";
import { FlowletSign } from "../../components/icons.tsx";
import { errorCode, errorText } from "../../live/error-text.ts";
import { isPagePath } from "../../router/routes.ts";

export function LoginPage(): JSX.Element {
  const { client, events, queries, router } = useServices();
  const next = usePlace().query.get("next");
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => { document.title = "Log in · Flowlet"; }, []);
  const logIn = async (event: Event) => {
    event.preventDefault();
    if (token.trim() === "") return setProblem("Type the token first.");
    setBusy(true);
    try {
      await client.login({ token: token.trim() });
      queries.clear();
      events.retry();
      // Only to a page of ours: an address from elsewhere must not lead away from here.
      router.go(next !== null && isPagePath(next) ? next : "/", { replace: true });
    } catch (error) {
      setProblem(errorCode(error) === "UNAUTHORIZED" || errorCode(error) === "FORBIDDEN" ? "That is not this server's token." : errorText(error));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form class="card login-card" onSubmit={(event) => void logIn(event)}>
        <h1><FlowletSign />Flowlet</h1>
        <p class="faint">This server is open to more than its own machine, so it asks who you are.</p>
        <Field name="Token" error={problem}>
          {(ids) => <input {...ids} type="password" value={token} autofocus autocomplete="current-password" spellcheck={false} onInput={(event) => { setToken(event.currentTarget.value); setProblem(undefined); }} />}
        </Field>
        <Button kind="primary" type="submit" busy={busy}>Log in</Button>
        <p class="faint small-text">The token is in a file on the server's machine:</p>
        <Command>cat ~/.flowlet/server/token</Command>
      </form>
    </main>
  );
}
