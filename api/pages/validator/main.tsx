// "Let them on?": the validator's page, on a tablet at a bus door, at a gate, in a taxi.
import { useEffect, useState } from "preact/hooks";
import { isStatus } from "../shared/api";
import { Icon } from "../shared/icons";
import { t } from "../shared/language";
import { mount } from "../shared/mount";
import { Notice, Simulated, Sources, Top } from "../shared/parts";
import { modeName, SHARED } from "../shared/strings";
import { openWithoutNetwork } from "../shared/without-network";
import type { Town } from "../shared/wire";
import { validatorClient } from "./attempt";
import { Cars } from "./cars";
import { askServer, type CodeRequest, decideAtDoor } from "./decide";
import { firstSetup, forgetDevice, keepRegistration, keptRegistration, keptSetup, type Registration, type Setup } from "./device";
import { Door } from "./door";
import { Edge } from "./edge";
import { Register } from "./register";
import { Scan } from "./scan";
import { Settings } from "./settings";
import { useDoor } from "./standing";
import { VALIDATOR } from "./strings";
import { allowSound } from "./tones";
import "./validator.css";

interface Device {
  registration: Registration;
  setup: Setup;
  /** Whether the driver is choosing rather than working. */
  choosing: boolean;
}

type Known = Device | "unregistered" | "refused" | "loading";

async function restore(): Promise<Known> {
  const registration = await keptRegistration();
  if (!registration) return "unregistered";
  const setup = await keptSetup();
  return { registration, setup: setup ?? firstSetup(registration.validator), choosing: setup === null };
}

/** Takes the operator's name and modes anew; a device that cannot ask keeps what it has. */
async function refresh(registration: Registration): Promise<Registration | "refused"> {
  const { validator } = registration;
  try {
    const operator = await validatorClient(validator.key).get("/v1/operators/current");
    const { name: operator_name, modes, tap_off } = operator;
    const latest = { ...registration, validator: { ...validator, operator_name, modes, tap_off } };
    await keepRegistration(latest);
    return latest;
  } catch (error) {
    return isStatus(error, 401) ? "refused" : registration;
  }
}

function App({ town }: { town: Town }) {
  const [known, setKnown] = useState<Known>("loading");
  const refused = () => void forgetDevice().then(() => setKnown("refused"));
  useEffect(() => {
    void restore().then(async (found) => {
      setKnown(found);
      if (typeof found === "string") return;
      const latest = await refresh(found.registration);
      if (latest === "refused") refused();
      else setKnown((now) => (typeof now === "string" ? now : { ...now, registration: latest }));
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
    const registered = (registration: Registration) =>
      setKnown({ registration, setup: firstSetup(registration.validator), choosing: true });
    return <Register refused={known === "refused"} onRegistered={registered} />;
  }
  return (
    <Settings registration={known.registration} setup={known.setup} onForgotten={() => setKnown("unregistered")}
      onDone={(setup) => setKnown({ ...known, setup, choosing: false })} />
  );
}

function Work({ town, device, onSettings, onKeyRefused }: {
  town: Town;
  device: Device;
  onSettings: () => void;
  onKeyRefused: () => void;
}) {
  const { registration, setup } = device;
  const { validator } = registration;
  const atWork = useDoor(registration);
  const { door, standing, decided } = atWork;
  const walkUp = setup.action !== "hold";
  const request = (code: string): CodeRequest => ({
    action: setup.action,
    mode: setup.mode,
    code,
    stop_id: setup.stop?.stop_id ?? null,
    route_id: setup.route_id,
    area_numbers: [],
    companions: 0,
    // A pass on paper has no counter: this device counts its taps by the millisecond.
    sequence: Date.now(),
  });
  const ask = (code: string) =>
    door instanceof Door ? decideAtDoor(door, request(code)) : askServer(validatorClient(validator.key), request(code));
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
          ? door && <Scan setup={setup} ask={ask} onDecided={decided} onKeyRefused={onKeyRefused} />
          : <Cars town={town} validator={validator} setup={setup} atWork={atWork} onKeyRefused={onKeyRefused} />}
      </main>
      <Edge town={town} validator={validator} standing={standing} />
    </div>
  );
}

mount(App, VALIDATOR.page);
openWithoutNetwork("/validator");
