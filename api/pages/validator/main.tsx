// "Let them on?": the validator's page, on a tablet at a bus door, at a gate, in a taxi.
import { useEffect, useState } from "preact/hooks";
import { isStatus } from "../shared/api";
import { Icon } from "../shared/icons";
import { t } from "../shared/language";
import { mount } from "../shared/mount";
import { Notice, Simulated, Sources, Top } from "../shared/parts";
import { modeName, SHARED } from "../shared/strings";
import type { AuthorizationRequest, Town, Validator } from "../shared/wire";
import { validatorClient } from "./attempt";
import { Cars } from "./cars";
import { firstSetup, forgetDevice, keepValidator, keptSetup, keptValidator, type Setup } from "./device";
import { Edge } from "./edge";
import { Register } from "./register";
import { Scan } from "./scan";
import { Settings } from "./settings";
import { VALIDATOR } from "./strings";
import { allowSound } from "./tones";
import "./validator.css";

interface Device {
  validator: Validator;
  setup: Setup;
  /** Whether the driver is choosing rather than working. */
  choosing: boolean;
}

type Known = Device | "unregistered" | "refused" | "loading";

async function restore(): Promise<Known> {
  const validator = await keptValidator();
  if (!validator) return "unregistered";
  const setup = await keptSetup();
  return { validator, setup: setup ?? firstSetup(validator), choosing: setup === null };
}

/** Takes the operator's name and modes anew; a device that cannot ask keeps what it has. */
async function refresh(validator: Validator): Promise<Validator | "refused"> {
  try {
    const operator = await validatorClient(validator.key).get("/v1/operators/current");
    const latest = { ...validator, operator_name: operator.name, modes: operator.modes, tap_off: operator.tap_off };
    await keepValidator(latest);
    return latest;
  } catch (error) {
    return isStatus(error, 401) ? "refused" : validator;
  }
}

function App({ town }: { town: Town }) {
  const [known, setKnown] = useState<Known>("loading");
  const refused = () => void forgetDevice().then(() => setKnown("refused"));
  useEffect(() => {
    void restore().then(async (found) => {
      setKnown(found);
      if (typeof found === "string") return;
      const latest = await refresh(found.validator);
      if (latest === "refused") refused();
      else setKnown((now) => (typeof now === "string" ? now : { ...now, validator: latest }));
    });
  }, []);

  if (typeof known === "string" || known.choosing) {
    return (
      <div class="page">
        <Top town={town} page={VALIDATOR.page} />
        <Prepare known={known} setKnown={setKnown} />
        <Sources town={town} />
      </div>
    );
  }
  const choose = () => setKnown({ ...known, choosing: true });
  return <Work town={town} device={known} onSettings={choose} onKeyRefused={refused} />;
}

function Prepare({ known, setKnown }: { known: Known; setKnown: (known: Known) => void }) {
  if (!window.isSecureContext) {
    return <main class="column"><Notice tone="bad" title={t(SHARED.insecureTitle)}>{t(SHARED.insecure)}</Notice></main>;
  }
  if (known === "loading") return <main class="column"><p role="status">{t(SHARED.loading)}</p></main>;
  if (typeof known === "string") {
    const registered = (validator: Validator) =>
      setKnown({ validator, setup: firstSetup(validator), choosing: true });
    return <Register refused={known === "refused"} onRegistered={registered} />;
  }
  return (
    <Settings validator={known.validator} setup={known.setup} onForgotten={() => setKnown("unregistered")}
      onDone={(setup) => setKnown({ validator: known.validator, setup, choosing: false })} />
  );
}

function Work({ town, device, onSettings, onKeyRefused }: {
  town: Town;
  device: Device;
  onSettings: () => void;
  onKeyRefused: () => void;
}) {
  const { validator, setup } = device;
  const walkUp = setup.action !== "hold";
  const request = (code: string): AuthorizationRequest => ({
    action: setup.action,
    mode: setup.mode,
    code,
    stop_id: setup.stop?.stop_id ?? null,
    route_id: setup.route_id,
    area_numbers: [],
    companions: 0,
  });
  return (
    <div class="work" onPointerDown={allowSound}>
      <header class="now">
        <h1>
          <Icon name={setup.mode} />
          {t(modeName(setup.mode))} {t(VALIDATOR.actions[setup.action])}
        </h1>
        <button type="button" class="button" onClick={onSettings}><Icon name="settings" />{t(VALIDATOR.settings)}</button>
        <p>{walkUp && [setup.stop?.name, setup.route_id].filter(Boolean).join(" / ")}</p>
        {town.simulated && <Simulated />}
      </header>
      <main>
        {walkUp
          ? <Scan validator={validator} setup={setup} request={request} onKeyRefused={onKeyRefused} />
          : <Cars town={town} validator={validator} setup={setup} onKeyRefused={onKeyRefused} />}
      </main>
      <Edge town={town} validator={validator} />
    </div>
  );
}

mount(App, VALIDATOR.page);
