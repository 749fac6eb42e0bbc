/** What forms are made of. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

export interface FieldProps {
  readonly name: string;
  /** Below the input. */
  readonly hint?: ComponentChildren;
  /** What is wrong with the value; undefined: nothing. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  /** The input, with the ids that join it to its name and its texts. */
  readonly children: (ids: { readonly id: string; readonly "aria-describedby": string; readonly "aria-invalid": boolean }) => JSX.Element;
}

export function Field({ name, hint, error, required = false, children }: FieldProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label class="field-name" for={id}>{name}{required && <span class="required" title="required">*</span>}</label>
      {children({ id, "aria-describedby": `${id}-text`, "aria-invalid": error !== undefined })}
      <div id={`${id}-text`} class={error === undefined ? "field-hint" : "field-error"} role={error === undefined ? undefined : "alert"}>{error ?? hint}</div>
    </div>
  );
}

export interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string) => void;
}

/** A choice without a visible name, in a toolbar. */
export function Select({ label, value, options, onChange }: SelectProps): JSX.Element {
  return (
    <select class="select" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
    </select>
  );
}

/** On or off, at once. */
export function Switch({ label, on, onChange, busy = false, hideLabel = false }: { readonly label: string; readonly on: boolean; readonly onChange: (on: boolean) => void; readonly busy?: boolean; readonly hideLabel?: boolean }): JSX.Element {
  return (
    <button type="button" class="switch" role="switch" aria-checked={on} aria-busy={busy} aria-label={label} title={label} onClick={() => { if (!busy) onChange(!on); }}>
      <span class="switch-track" aria-hidden="true"><span class="switch-knob" /></span>{!hideLabel && <span>{label}</span>}
    </button>
  );
}

/** One of a few, side by side. */
export function Segments({ label, value, options, onChange }: SelectProps): JSX.Element {
  return (
    <div class="segments" role="group" aria-label={label}>
      {options.map((option) => <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => onChange(option.value)}>{option.text}</button>)}
    </div>
  );
}

