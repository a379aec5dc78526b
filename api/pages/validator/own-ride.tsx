// A ride that this car answers for itself, because the server could not be asked: its record is
// written at the end, with the price that the rider's phone has just signed.
import type { Challenge } from "@teiki/mobile-contract/pass";
import { approvalLink } from "../shared/approval";
import { Code } from "../shared/code";
import { money, t } from "../shared/language";
import { ModeName } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { Mode, Money, Text } from "../shared/wire";
import { settleHere } from "./decide";
import type { Setup } from "./device";
import type { Door } from "./door";
import { Scan } from "./scan";
import type { AtWork } from "./standing";
import { VALIDATOR } from "./strings";

export interface OwnRide {
  /** Made up by this device: the rider signs for it. */
  id: string;
  mode: Mode;
  area_numbers: number[];
  hold: Money;
  category_name: Text | null;
}

export function OwnRideCard({ ride, onCharge, onCancel }: {
  ride: OwnRide;
  onCharge: () => void;
  onCancel: () => void;
}) {
  return (
    <article class="card ride own">
      <div class="row between">
        <ModeName mode={ride.mode} />
        <strong>{t(VALIDATOR.holdOf(money(ride.hold)))}</strong>
      </div>
      <p class="state">{t(VALIDATOR.ownRide)}</p>
      {ride.category_name && <p>{t(ride.category_name)}</p>}
      <div class="row">
        <button type="button" class="button big grow primary first" onClick={onCharge}>{t(VALIDATOR.capture)}</button>
        <button type="button" class="button big grow danger" onClick={onCancel}>{t(VALIDATOR.cancelRide)}</button>
      </div>
    </article>
  );
}

/** Shows the rider what to sign, and reads the signed code. */
export function Settle({ ride, fare, door, setup, onDecided, onSettled, onCancel, onKeyRefused }: {
  ride: OwnRide;
  fare: Money;
  door: Door;
  setup: Setup;
  onDecided: AtWork["decided"];
  onSettled: () => void;
  onCancel: () => void;
  onKeyRefused: () => void;
}) {
  const challenge: Challenge = {
    operatorId: door.operatorId, rideId: ride.id, amountMinor: fare.amount_minor,
  };
  const wanted = { mode: ride.mode, areas: ride.area_numbers };
  return (
    <section class="settle">
      <div class="stack tight">
        <h1>{money(fare)}</h1>
        <p>{t(VALIDATOR.settleBody)}</p>
        <div><Code text={approvalLink(challenge)} label={t(VALIDATOR.settleLabel)} /></div>
        <button type="button" class="button big" onClick={onCancel}>{t(SHARED.cancel)}</button>
      </div>
      <Scan setup={setup} leaving ask={(code) => settleHere(door, { ...wanted, code, challenge })}
        onDecided={onDecided} onKeyRefused={onKeyRefused}
        onSeen={(answer) => answer.result === "granted" && onSettled()} />
    </section>
  );
}
