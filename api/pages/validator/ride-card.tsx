// One booked ride as its driver sees it: where it stands, and the one thing to do next.
import { useState } from "preact/hooks";
import { Problem } from "../shared/api";
import { money, t } from "../shared/language";
import { ModeName, Notice } from "../shared/parts";
import { UNREACHABLE } from "../shared/strings";
import type { Authorization, Money, Text } from "../shared/wire";
import { type Attempt, attempt } from "./attempt";
import { Keypad } from "./keypad";
import { LEG_STATES, VALIDATOR } from "./strings";

export interface OpenRide {
  id: string;
  hold: Money;
  /** The last answer about this ride that was not a refusal. */
  latest: Authorization;
}

type Act = "start" | "end" | "capture" | "cancel" | "no-show";

export function RideCard({ ride, bearer, onChange, onDismiss }: {
  ride: OpenRide;
  bearer: string;
  onChange: (latest: Authorization) => void;
  onDismiss: () => void;
}) {
  const [said, setSaid] = useState<{ text: Text; again?: () => void } | null>(null);
  const [charging, setCharging] = useState(false);
  const { latest } = ride;

  const send = async (pending: Attempt<Authorization>) => {
    setSaid(null);
    try {
      const answer = await pending.send();
      if (answer.result === "granted") onChange(answer);
      else setSaid({ text: answer.message });
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, "unreachable", UNREACHABLE);
      setSaid({ text: problem.text, ...(problem.undecided ? { again: () => send(pending) } : {}) });
    }
  };
  const act = (name: Act, body: object = {}) =>
    send(attempt(bearer, `/v1/authorizations/${ride.id}/${name}`, body));

  if (charging) {
    return (
      <Keypad title={VALIDATOR.captureAmount} currency={ride.hold.currency} done={VALIDATOR.capture}
        onCancel={() => setCharging(false)}
        onDone={(amount) => {
          setCharging(false);
          void act("capture", { amount });
        }} />
    );
  }
  return (
    <article class="card ride" data-leg={latest.leg_state} data-status={latest.status}>
      <div class="row between">
        <ModeName mode={latest.mode} />
        <strong>{t(VALIDATOR.holdOf(money(ride.hold)))}</strong>
      </div>
      <p class="state">{t(LEG_STATES[latest.leg_state ?? ""] ?? latest.message)}</p>
      {latest.category_name && <p>{t(latest.category_name)}</p>}
      {said && (
        <Notice tone="bad" title={t(said.text)}>
          {said.again && (
            <button type="button" class="button big" onClick={said.again}>{t(VALIDATOR.sendAgain)}</button>
          )}
        </Notice>
      )}
      <Keys ride={ride} act={act} onCharge={() => setCharging(true)} onDismiss={onDismiss} />
    </article>
  );
}

function Keys({ ride, act, onCharge, onDismiss }: {
  ride: OpenRide;
  act: (name: Act, body?: object) => void;
  onCharge: () => void;
  onDismiss: () => void;
}) {
  const { latest } = ride;
  if (latest.status !== "authorized") {
    const pays = latest.rider_pays;
    return (
      <>
        <p>{t(latest.message)}</p>
        {latest.status === "captured" && pays && (
          <p><strong>{t(VALIDATOR.riderPays)}: {money(pays)}</strong></p>
        )}
        <button type="button" class="button big" onClick={onDismiss}>{t(VALIDATOR.dismiss)}</button>
      </>
    );
  }
  const big = (words: Text, press: () => void, kind = "") => (
    <button type="button" class={`button big grow ${kind}`} onClick={press}>{t(words)}</button>
  );
  if (latest.leg_state === "IN_USE") return big(VALIDATOR.endRide, () => act("end"), "primary");
  if (latest.leg_state === "ENDED") return big(VALIDATOR.capture, onCharge, "primary");
  return (
    <div class="row">
      {big(VALIDATOR.startRide, () => act("start"), "primary first")}
      {big(VALIDATOR.noShow, () => act("no-show"))}
      {big(VALIDATOR.cancelRide, () => act("cancel", { by: "driver" }), "danger")}
    </div>
  );
}
