// Taxi and rideshare: hold an amount on a pass, drive, then charge what it really cost.
import { useEffect, useMemo, useState } from "preact/hooks";
import { keep, kept } from "../shared/kept";
import { t } from "../shared/language";
import { SHARED } from "../shared/strings";
import type { Money, Town, Validator } from "../shared/wire";
import { validatorClient } from "./attempt";
import { askServer, type CodeRequest, decideAtCar, type Decision } from "./decide";
import type { Setup } from "./device";
import { Keypad } from "./keypad";
import { type OwnRide, OwnRideCard, Settle } from "./own-ride";
import { Door } from "./door";
import { type OpenRide, RideCard } from "./ride-card";
import { Scan } from "./scan";
import type { AtWork } from "./standing";
import { VALIDATOR } from "./strings";
import { Where } from "./where";

const RIDES = "validator-rides";
const OWN_RIDES = "validator-own-rides";

type Step =
  | { at: "list" }
  | { at: "amount" }
  | { at: "where"; hold: Money }
  | { at: "scan"; hold: Money; area_numbers: number[] }
  | { at: "fare"; ride: OwnRide }
  | { at: "settle"; ride: OwnRide; fare: Money };

interface Props {
  town: Town;
  validator: Validator;
  setup: Setup;
  atWork: AtWork;
  onKeyRefused: () => void;
}

export function Cars({ town, validator, setup, atWork, onKeyRefused }: Props) {
  const { door, decided } = atWork;
  const [step, setStep] = useState<Step>({ at: "list" });
  const [rides, setRides] = useKept<OpenRide>(RIDES);
  const [ownRides, setOwnRides] = useKept<OwnRide>(OWN_RIDES);
  const client = useMemo(() => validatorClient(validator.key), [validator.key]);

  const toList = () => setStep({ at: "list" });
  const opened = (hold: Money, area_numbers: number[]) => ({ result, authorization, category_name }: Decision) => {
    if (result !== "granted") return;
    if (authorization?.authorization_id) {
      setRides([{ id: authorization.authorization_id, hold, latest: authorization }, ...rides]);
    } else {
      const ride = { id: crypto.randomUUID(), mode: setup.mode, area_numbers, hold, category_name };
      setOwnRides([ride, ...ownRides]);
    }
    toList();
  };
  const over = (ride: OwnRide) => {
    setOwnRides(ownRides.filter((each) => each.id !== ride.id));
    toList();
  };
  if (step.at === "amount") {
    return (
      <Keypad title={VALIDATOR.holdAmount} currency={town.currency} done={VALIDATOR.scanNext}
        onDone={(hold) => setStep({ at: "where", hold })} onCancel={toList} />
    );
  }
  if (step.at === "where") {
    const { hold } = step;
    return (
      <Where town={town} onDone={(area_numbers) => setStep({ at: "scan", hold, area_numbers })}
        onCancel={toList} />
    );
  }
  if (step.at === "fare") {
    const { ride } = step;
    return (
      <Keypad title={VALIDATOR.captureAmount} currency={town.currency} done={VALIDATOR.capture}
        onDone={(fare) => setStep({ at: "settle", ride, fare })} onCancel={toList} />
    );
  }
  if (step.at === "settle" && door instanceof Door) {
    const { ride, fare } = step;
    return (
      <Settle ride={ride} fare={fare} door={door} setup={setup} onDecided={decided}
        onSettled={() => over(ride)} onCancel={toList} onKeyRefused={onKeyRefused} />
    );
  }
  if (step.at === "scan") {
    const { hold, area_numbers } = step;
    const request = (code: string): CodeRequest =>
      ({ action: "hold", mode: setup.mode, code, amount: hold, area_numbers, companions: 0, sequence: Date.now() });
    const ask = (code: string) =>
      door instanceof Door ? decideAtCar(door, request(code)) : askServer(client, request(code));
    return (
      <>
        <Scan setup={setup} ask={ask} onDecided={decided} onSeen={opened(hold, area_numbers)}
          onKeyRefused={onKeyRefused} />
        <button type="button" class="button big" onClick={toList}>{t(SHARED.cancel)}</button>
      </>
    );
  }
  return (
    <div class="cars stack">
      <button type="button" class="button primary wide big" onClick={() => setStep({ at: "amount" })}>
        {t(VALIDATOR.newRide)}
      </button>
      {rides.length + ownRides.length === 0 && <p class="muted">{t(VALIDATOR.noRides)}</p>}
      {ownRides.map((ride) => (
        <OwnRideCard key={ride.id} ride={ride} onCharge={() => setStep({ at: "fare", ride })}
          onCancel={() => over(ride)} />
      ))}
      {rides.map((ride) => (
        <RideCard key={ride.id} ride={ride} client={client}
          onChange={(latest) => setRides(rides.map((each) => (each.id === ride.id ? { ...each, latest } : each)))}
          onDismiss={() => setRides(rides.filter((each) => each.id !== ride.id))} />
      ))}
    </div>
  );
}

/** Rides of this car, kept on the device: a reload in mid-ride must not lose one. */
function useKept<Ride>(name: string): [Ride[], (rides: Ride[]) => void] {
  const [rides, setRides] = useState<Ride[]>([]);
  useEffect(() => void kept<Ride[]>(name).then((found) => setRides(found ?? [])), []);
  const change = (next: Ride[]) => {
    setRides(next);
    void keep(name, next);
  };
  return [rides, change];
}
