// One booked ride as its driver sees it: where it stands, and the one thing to do next.
import { useState } from "preact/hooks";
import { type Client, mayRetry, type paths } from "@teiki/mobile-contract";
import { wordsOf } from "../shared/api";
import { money, t } from "../shared/language";
import { ModeName, Notice } from "../shared/parts";
import { named } from "../shared/strings";
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

type StepName = "start" | "end" | "cancel" | "no-show";

export function RideCard({ ride, client, onChange, onDismiss }: {
  ride: OpenRide;
  client: Client<paths>;
  onChange: (latest: Authorization) => void;
  onDismiss: () => void;
}) {
  const [said, setSaid] = useState<{ text: Text; again?: () => void } | null>(null);
  const [busy, setBusy] = useState(false);
  const [charging, setCharging] = useState(false);
  const { latest } = ride;

  const send = async (pending: Attempt<Authorization>) => {
    if (busy) return;
    setBusy(true);
    setSaid(null);
    try {
      const answer = await pending();
      if (answer.result === "granted") onChange(answer);
      else setSaid({ text: answer.message });
    } catch (error) {
      setSaid({ text: wordsOf(error), ...(mayRetry(error) ? { again: () => void send(pending) } : {}) });
    } finally {
      setBusy(false);
    }
  };
  const step = (name: StepName) => {
    const options = {
      path: { authorization_id: ride.id, step: name },
      body: name === "cancel" ? { by: "driver" as const } : {},
    };
    void send(attempt((idempotencyKey) =>
      client.post("/v1/authorizations/{authorization_id}/{step}", { ...options, idempotencyKey })));
  };
  const capture = (amount: Money) => {
    const options = { path: { authorization_id: ride.id }, body: { amount } };
    void send(attempt((idempotencyKey) =>
      client.post("/v1/authorizations/{authorization_id}/capture", { ...options, idempotencyKey })));
  };

  if (charging) {
    return (
      <Keypad title={VALIDATOR.captureAmount} currency={ride.hold.currency} done={VALIDATOR.capture}
        onCancel={() => setCharging(false)}
        onDone={(amount) => {
          setCharging(false);
          capture(amount);
        }} />
    );
  }
  return (
    <article class="card ride" data-leg={latest.leg_state} data-status={latest.status}>
      <div class="row between">
        {latest.mode && <ModeName mode={latest.mode} />}
        <strong>{t(VALIDATOR.holdOf(money(ride.hold)))}</strong>
      </div>
      <p class="state">{t(latest.leg_state ? named(LEG_STATES, latest.leg_state) : latest.message)}</p>
      {latest.category_name && <p>{t(latest.category_name)}</p>}
      {said && (
        <Notice tone="bad" title={t(said.text)}>
          {said.again && (
            <button type="button" class="button big" onClick={said.again}>{t(VALIDATOR.sendAgain)}</button>
          )}
        </Notice>
      )}
      <Keys ride={ride} busy={busy} step={step} onCharge={() => setCharging(true)} onDismiss={onDismiss} />
    </article>
  );
}

function Keys({ ride, busy, step, onCharge, onDismiss }: {
  ride: OpenRide;
  busy: boolean;
  step: (name: StepName) => void;
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
    <button type="button" class={`button big grow ${kind}`} disabled={busy} onClick={press}>{t(words)}</button>
  );
  if (latest.leg_state === "IN_USE") return big(VALIDATOR.endRide, () => step("end"), "primary");
  if (latest.leg_state === "ENDED") return big(VALIDATOR.capture, onCharge, "primary");
  return (
    <div class="row">
      {big(VALIDATOR.startRide, () => step("start"), "primary first")}
      {big(VALIDATOR.noShow, () => step("no-show"))}
      {big(VALIDATOR.cancelRide, () => step("cancel"), "danger")}
    </div>
  );
}
