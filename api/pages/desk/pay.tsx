// Cash over the counter: taken with a receipt, given back with a receipt and a reason.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { dayAndTime, day, lastDay, money, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Field, Notice } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { Subscription, Town } from "../shared/wire";
import { typed } from "./form";
import { useIntention } from "./intention";
import { lookAgain, type DoProps } from "./person";
import { Printed } from "./printed";
import { DESK } from "./strings";
import type { Receipt } from "./wire";

export function Pay({ town, person, onChange }: DoProps) {
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const { subscription } = person;
  const done = (latest: Receipt) => {
    setReceipt(latest);
    onChange({ ...person, subscription: latest.subscription });
  };
  if (receipt) return <ReceiptView town={town} receipt={receipt} name={person.display_name} />;
  if (!subscription) return <p>{t(DESK.chooseFirst)}</p>;
  return (
    <div class="stack">
      <Take number={person.resident_number} subscription={subscription} onDone={done} />
      <GiveBack onDone={(latest) => {
        setReceipt(latest);
        void lookAgain(person).then(onChange, () => {});
      }} />
    </div>
  );
}

function Take({ number, subscription, onDone }: {
  number: string;
  subscription: Subscription;
  onDone: (receipt: Receipt) => void;
}) {
  const { busy, problem, run } = useDoing();
  const owed = subscription.amount_due.amount_minor > 0;
  const amount = owed ? subscription.amount_due : subscription.plan.price;
  const take = useIntention((idempotencyKey) => {
    const { subscription_id } = subscription;
    const body = { resident_number: number, subscription_id, method: "cash" as const, ...amount };
    return api.post("/v1/desk/payments", { body, idempotencyKey });
  });
  return (
    <div class="stack">
      {!owed && <Notice title={t(DESK.ahead)} />}
      {problem && <Notice tone="bad" title={t(problem)} />}
      <p class="amount">{money(amount)}</p>
      <p class="muted">{t(DESK.takeHint)}</p>
      <button type="button" class="button primary" disabled={busy} onClick={() => run(async () => onDone(await take()))}>
        {t(DESK.take(money(amount)))}
      </button>
    </div>
  );
}

function GiveBack({ onDone }: { onDone: (receipt: Receipt) => void }) {
  const { busy, problem, run } = useDoing();
  const asked = { receipt_number: "", reason: "" };
  const give = useIntention((idempotencyKey) =>
    api.post("/v1/desk/reversals", { body: asked, idempotencyKey }));
  const submit = (event: SubmitEvent) => {
    asked.receipt_number = typed(event, "receipt");
    asked.reason = typed(event, "reason");
    if (asked.receipt_number && asked.reason) run(async () => onDone(await give()));
  };
  return (
    <details class="card">
      <summary>{t(DESK.giveBack)}</summary>
      <form class="stack" onSubmit={submit}>
        <p>{t(DESK.giveBackBody)}</p>
        {problem && <Notice tone="bad" title={t(problem)} />}
        <Field label={t(DESK.receiptNumber)}>
          {(ids) => <input {...ids} name="receipt" autocomplete="off" required maxlength={40} />}
        </Field>
        <Field label={t(DESK.reason)}>
          {(ids) => <input {...ids} name="reason" autocomplete="off" required maxlength={120} />}
        </Field>
        <button class="button danger" disabled={busy}>{t(DESK.doGiveBack)}</button>
      </form>
    </details>
  );
}

function ReceiptView({ town, receipt, name }: { town: Town; receipt: Receipt; name: string }) {
  const { amount, subscription } = receipt;
  const back = amount.amount_minor < 0;
  const { current_period_start_date: from, paid_until_date: until } = subscription;
  return (
    <Printed>
      <h3>{t(back ? DESK.returned : DESK.receipt)}</h3>
      <p>{name}</p>
      <p class="amount">{money(amount)} <small>({t(DESK.taxIncluded)})</small></p>
      <p>{t(DESK.receiptFor(t(subscription.plan.name)))}</p>
      <dl class="pairs">
        <dt>{t(DESK.receiptNumber)}</dt><dd>{receipt.receipt_number}</dd>
        <dt>{t(DESK.time)}</dt><dd>{dayAndTime(new Date(receipt.paid_at), town.time_zone)}</dd>
        {!back && from && until && <><dt>{t(DESK.paidUntil)}</dt><dd>{day(from)} – {lastDay(until)}</dd></>}
      </dl>
      <p>{t(town.name)} {town.simulated && `(${t(SHARED.simulated)})`}</p>
    </Printed>
  );
}
