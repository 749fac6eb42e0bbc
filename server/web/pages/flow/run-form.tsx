/** Asks for all that a run is made of. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { runName } from "../../../../protocol/run-name.ts";
import { useServices } from "../../app/services.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Field, Segments } from "../../components/field.tsx";
import { PlayIcon, RestartIcon } from "../../components/icons.tsx";
import type { FlowDetails, FlowParameter } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";
import { inputKind, inputText, labelsOf, readInput, readJsonObject, type TypedValue } from "./run-values.ts";

export function RunForm({ flow }: { readonly flow: FlowDetails }): JSX.Element {
  const { client, router } = useServices();
  const defaults = useQuery("getFlowGroup", { flowGroupId: flow.flowGroupId }).data?.defaultParameters ?? {};
  const [name, setName] = useState(runName);
  const [typed, setTyped] = useState<{ readonly [name: string]: string }>({});
  const [labels, setLabels] = useState<string | null>(null);
  const [context, setContext] = useState("");
  const [when, setWhen] = useState("now");
  const [at, setAt] = useState(() => localTime(Date.now() + 3_600_000));
  const [tried, setTried] = useState(false);

  const values = new Map<string, TypedValue>(flow.parameters.map((parameter) => [parameter.name, readInput(inputKind(parameter), typed[parameter.name] ?? "", parameter.required && !Object.hasOwn(defaults, parameter.name))]));
  const entries = readJsonObject(context);
  const time = when === "now" ? null : new Date(at);
  const wrong = [...values.values()].some((value) => "problem" in value) || typeof entries === "string" || (time !== null && Number.isNaN(time.getTime()));
  const [make, making] = useAction(() => client.createFlowRun({
    flowId: flow.id, name: name.trim() === "" ? null : name.trim(), labels: labels === null ? null : labelsOf(labels), context: typeof entries === "string" ? {} : entries, scheduledStartTime: time?.toISOString() ?? null,
    parameters: Object.fromEntries([...values].flatMap(([key, value]) => ("problem" in value || value.value === undefined ? [] : [[key, value.value]]))),
  }), { failed: "No run was made" });
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (wrong) return;
    const run = await make();
    if (run !== undefined) router.go(pathTo.flowRun(run.id));
  };
  return (
    <form class="form narrow" onSubmit={(event) => void submit(event)}>
      <Card title="Parameters">
        {flow.parameters.length === 0 ? <p class="faint">The flow has none.</p> : (
          <div class="form">
            {flow.parameters.map((parameter) => (
              <ParameterField
                key={parameter.name} parameter={parameter} fallback={Object.hasOwn(defaults, parameter.name) ? defaults[parameter.name] : parameter.required ? undefined : parameter.default} text={typed[parameter.name] ?? ""}
                value={values.get(parameter.name)} tried={tried} onInput={(text) => setTyped({ ...typed, [parameter.name]: text })}
              />
            ))}
          </div>
        )}
      </Card>
      <Card title="Run">
        <div class="form">
          <Field name="Name">{(ids) => <span class="with-button"><input type="text" {...ids} value={name} maxLength={200} onInput={(event) => setName(event.currentTarget.value)} /><Button icon={<RestartIcon />} aria-label="Another name" title="Another name" onClick={() => setName(runName())} /></span>}</Field>
          <div class="field"><span class="field-name">When</span><Segments label="When" value={when} options={[{ value: "now", text: "Now" }, { value: "later", text: "Later" }]} onChange={setWhen} /></div>
          {when === "later" && <Field name="Start" hint="In your time zone." error={time !== null && Number.isNaN(time.getTime()) ? "Choose a date and a time." : undefined}>{(ids) => <input type="datetime-local" {...ids} value={at} onInput={(event) => setAt(event.currentTarget.value)} />}</Field>}
          <Field name="Labels" hint="Separated by commas. Only an agent that has all of them takes the run.">{(ids) => <input type="text" {...ids} value={labels ?? flow.labels.join(", ")} onInput={(event) => setLabels(event.currentTarget.value)} />}</Field>
          <Field name="Context" hint="A JSON object: more entries for the run's context." error={typeof entries === "string" ? entries : undefined}>{(ids) => <textarea class="code" {...ids} value={context} placeholder="{}" spellcheck={false} onInput={(event) => setContext(event.currentTarget.value)} />}</Field>
        </div>
      </Card>
      <div class="form-actions">{tried && wrong && <span class="field-error">Correct what is marked above.</span>}<Button kind="primary" type="submit" icon={<PlayIcon />} busy={making}>{when === "now" ? "Run" : "Schedule"}</Button></div>
    </form>
  );
}

interface ParameterFieldProps {
  readonly parameter: FlowParameter;
  /** What counts where nothing is typed. */
  readonly fallback: unknown;
  readonly text: string;
  readonly value: TypedValue | undefined;
  /** Nothing typed is told only then. */
  readonly tried: boolean;
  readonly onInput: (text: string) => void;
}

function ParameterField({ parameter, fallback, text, value, tried, onInput }: ParameterFieldProps): JSX.Element {
  const kind = inputKind(parameter);
  const problem = value !== undefined && "problem" in value && (tried || text !== "") ? value.problem : undefined;
  const usual = fallback === undefined ? "" : inputText(kind, fallback);
  return (
    <Field name={parameter.name} required={fallback === undefined} error={problem} hint={parameter.type === null ? undefined : <code>{parameter.type}</code>}>
      {(ids) => {
        const shared = { ...ids, value: text, placeholder: usual };
        if (kind === "boolean") {
          return (
            <select {...ids} value={text} onChange={(event) => onInput(event.currentTarget.value)}>
              <option value="">{usual === "" ? "Choose…" : `${usual} (default)`}</option><option value="true">true</option><option value="false">false</option>
            </select>
          );
        }
        if (kind === "json") return <textarea class="code" spellcheck={false} {...shared} onInput={(event) => onInput(event.currentTarget.value)} />;
        return <input type="text" inputMode={kind === "number" ? "decimal" : "text"} spellcheck={false} {...shared} onInput={(event) => onInput(event.currentTarget.value)} />;
      }}
    </Field>
  );
}

/** For an input of a local time. */
function localTime(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
