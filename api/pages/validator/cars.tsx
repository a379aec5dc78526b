// Taxi and rideshare: hold an amount on a pass, drive, then charge what it really cost.
import { useEffect, useMemo, useState } from "preact/hooks";
import { keep, kept } from "../shared/kept";
import { t } from "../shared/language";
import { SHARED } from "../shared/strings";
import type { AuthorizationRequest, Money, Town, Validator } from "../shared/wire";
import { validatorClient } from "./attempt";
import { askServer, type Decision } from "./decide";
import type { Setup } from "./device";
import { Keypad } from "./keypad";
import { type OpenRide, RideCard } from "./ride-card";
import { Scan } from "./scan";
import { VALIDATOR } from "./strings";
import { Where } from "./where";

const RIDES = "validator-rides";

type Step =
  | { at: "list" }
  | { at: "amount" }
  | { at: "where"; hold: Money }
  | { at: "scan"; hold: Money; area_numbers: number[] };

interface Props {
  town: Town;
  validator: Validator;
  setup: Setup;
  onKeyRefused: () => void;
}

export function Cars({ town, validator, setup, onKeyRefused }: Props) {
  const [step, setStep] = useState<Step>({ at: "list" });
  const [rides, setRides] = useRides();
  const client = useMemo(() => validatorClient(validator.key), [validator.key]);

  const opened = (hold: Money) => ({ authorization }: Decision) => {
    if (authorization?.result !== "granted" || !authorization.authorization_id) return;
    setRides([{ id: authorization.authorization_id, hold, latest: authorization }, ...rides]);
    setStep({ at: "list" });
  };
  if (step.at === "amount") {
    return (
      <Keypad title={VALIDATOR.holdAmount} currency={town.currency} done={VALIDATOR.scanNext}
        onDone={(hold) => setStep({ at: "where", hold })} onCancel={() => setStep({ at: "list" })} />
    );
  }
  if (step.at === "where") {
    const { hold } = step;
    return (
      <Where town={town} onDone={(area_numbers) => setStep({ at: "scan", hold, area_numbers })}
        onCancel={() => setStep({ at: "list" })} />
    );
  }
  if (step.at === "scan") {
    const { hold, area_numbers } = step;
    const request = (code: string): AuthorizationRequest =>
      ({ action: "hold", mode: setup.mode, code, amount: hold, area_numbers, companions: 0 });
    return (
      <>
        <Scan setup={setup} ask={(code) => askServer(client, request(code))} onSeen={opened(hold)}
          onKeyRefused={onKeyRefused} />
        <button type="button" class="button big" onClick={() => setStep({ at: "list" })}>{t(SHARED.cancel)}</button>
      </>
    );
  }
  return (
    <div class="cars stack">
      <button type="button" class="button primary wide big" onClick={() => setStep({ at: "amount" })}>
        {t(VALIDATOR.newRide)}
      </button>
      {rides.length === 0 && <p class="muted">{t(VALIDATOR.noRides)}</p>}
      {rides.map((ride) => (
        <RideCard key={ride.id} ride={ride} client={client}
          onChange={(latest) => setRides(rides.map((each) => (each.id === ride.id ? { ...each, latest } : each)))}
          onDismiss={() => setRides(rides.filter((each) => each.id !== ride.id))} />
      ))}
    </div>
  );
}

/** The rides of this car, kept on the device: a reload in mid-ride must not lose one. */
function useRides(): [OpenRide[], (rides: OpenRide[]) => void] {
  const [rides, setRides] = useState<OpenRide[]>([]);
  useEffect(() => void kept<OpenRide[]>(RIDES).then((found) => setRides(found ?? [])), []);
  const change = (next: OpenRide[]) => {
    setRides(next);
    void keep(RIDES, next);
  };
  return [rides, change];
}
