// How the driver sets the device up: vehicle, action, and if wanted stop, route, camera.
import { useState } from "preact/hooks";
import { t } from "../shared/language";
import { useLoaded } from "../shared/load";
import { Field, Notice } from "../shared/parts";
import { modeName } from "../shared/strings";
import type { Text } from "../shared/wire";
import { actionsFor, type Facing, forgetDevice, keepSetup, modesOf, type Registration, type Setup } from "./device";
import { Door } from "./door";
import { Rejected } from "./rejected";
import { StopPicker } from "./stop-picker";
import { VALIDATOR } from "./strings";
import { allowSound } from "./tones";

interface Props {
  registration: Registration;
  setup: Setup;
  onDone: (setup: Setup) => void;
  onForgotten: () => void;
}

export function Settings({ registration, setup: first, onDone, onForgotten }: Props) {
  const [setup, setSetup] = useState(first);
  const change = (part: Partial<Setup>) => setSetup({ ...setup, ...part });
  const start = async (event: SubmitEvent) => {
    event.preventDefault();
    allowSound();
    await keepSetup(setup);
    onDone(setup);
  };
  const { validator } = registration;
  const walkUp = setup.action !== "hold";
  return (
    <main class="column stack">
      <h1>{t(VALIDATOR.settings)}</h1>
      <form class="stack" onSubmit={start}>
        <Choice name="mode" legend={VALIDATOR.mode} value={setup.mode}
          options={modesOf(validator).map((mode) => [mode, modeName(mode)])}
          onChange={(mode) => change({ mode, action: actionsFor(mode, validator)[0] ?? "tap_on" })} />
        {walkUp && (
          <Choice name="action" legend={VALIDATOR.action} value={setup.action}
            options={actionsFor(setup.mode, validator).map((action) => [action, VALIDATOR.actions[action]])}
            onChange={(action) => change({ action })} />
        )}
        {walkUp && <StopPicker validator={validator} chosen={setup.stop} onChoose={(stop) => change({ stop })} />}
        {walkUp && (
          <Field label={t(VALIDATOR.route)} need="optional">
            {(ids) => (
              <input {...ids} value={setup.route_id ?? ""} autocomplete="off"
                onInput={(event) => change({ route_id: event.currentTarget.value.trim() || null })} />
            )}
          </Field>
        )}
        <Choice name="camera" legend={VALIDATOR.camera} value={setup.facing}
          options={Object.entries(VALIDATOR.cameras) as [Facing, Text][]}
          onChange={(facing) => change({ facing })} />
        <button class="button primary wide big">{t(VALIDATOR.start)}</button>
      </form>
      <Rejected registration={registration} />
      <Forget registration={registration} onForgotten={onForgotten} />
    </main>
  );
}

function Choice<Value extends string>({ name, legend, value, options, onChange }: {
  name: string;
  legend: Text;
  value: Value;
  options: readonly (readonly [Value, Text])[];
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset class="choice">
      <legend>{t(legend)}</legend>
      <div class="row">
        {options.map(([each, words]) => (
          <label key={each}>
            <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
            <span>{t(words)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Forget({ registration, onForgotten }: { registration: Registration; onForgotten: () => void }) {
  const [asking, setAsking] = useState(false);
  const { value: standing } = useLoaded(async () => (await Door.open(registration))?.standing() ?? null);
  if (!asking) {
    return <button type="button" class="button quiet" onClick={() => setAsking(true)}>{t(VALIDATOR.forget)}</button>;
  }
  return (
    <div class="stack">
      <Notice tone="look" title={t(VALIDATOR.forgetConfirm)}>
        {standing && standing.waiting > 0 && <p>{t(VALIDATOR.forgetWaiting(standing.waiting))}</p>}
      </Notice>
      <button type="button" class="button danger" onClick={() => forgetDevice().then(onForgotten)}>
        {t(VALIDATOR.forgetYes)}
      </button>
    </div>
  );
}
