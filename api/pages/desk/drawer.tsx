// The drawer: what must be in it, what is, and why not.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { dayAndTime, minorDigits, money, number, t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { Field, Notice } from "../shared/parts";
import type { Town } from "../shared/wire";
import { typed } from "./form";
import { useIntention } from "./intention";
import { Printed } from "./printed";
import { DESK } from "./strings";
import type { Closing, Drawer } from "./wire";

export function DrawerView({ town }: { town: Town }) {
  const { value: drawer, problem, again } = useLoaded(() => api.get("/v1/desk/drawer"));
  const [closing, setClosing] = useState<Closing | null>(null);
  return (
    <main class="column wide stack">
      <h1>{t(DESK.drawerTitle)}</h1>
      <p class="no-print">{t(DESK.drawerBody)}</p>
      {problem && <Failure text={problem} again={again} />}
      {closing && <ClosingView town={town} closing={closing} />}
      {!closing && drawer?.items.length === 0 && <Notice title={t(DESK.empty)} />}
      {!closing && drawer && drawer.items.length > 0 && (
        <>
          <Entries drawer={drawer} town={town} />
          <Count town={town} onClosed={setClosing} />
        </>
      )}
    </main>
  );
}

function Entries({ drawer, town }: { drawer: Drawer; town: Town }) {
  return (
    <table class="table">
      <thead>
        <tr><th>{t(DESK.receiptNumber)}</th><th>{t(DESK.time)}</th><th class="number">{t(DESK.amount)}</th></tr>
      </thead>
      <tbody>
        {drawer.items.map((entry) => (
          <tr key={entry.receipt_number}>
            <td>{entry.receipt_number}{entry.reason && <small> {entry.reason}</small>}</td>
            <td>{dayAndTime(new Date(entry.paid_at), town.time_zone)}</td>
            <td class="number">{money(entry.amount)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr><th colspan={2}>{t(DESK.expected)}</th><td class="number"><strong>{money(drawer.expected)}</strong></td></tr>
      </tfoot>
    </table>
  );
}

function Count({ town, onClosed }: { town: Town; onClosed: (closing: Closing) => void }) {
  const [wrong, setWrong] = useState(false);
  const { busy, problem, run } = useDoing();
  const asked: { counted_minor: number; note: string | null } = { counted_minor: 0, note: null };
  const close = useIntention((idempotencyKey) =>
    api.post("/v1/desk/drawer/closings", { body: asked, idempotencyKey }));
  const submit = (event: SubmitEvent) => {
    const counted = minorUnits(typed(event, "counted"), town.currency);
    asked.note = typed(event, "note") || null;
    setWrong(counted === null);
    if (counted === null) return;
    asked.counted_minor = counted;
    run(async () => onClosed(await close()));
  };
  return (
    <form class="card" onSubmit={submit} noValidate>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <Field label={`${t(DESK.counted)} (${town.currency})`} hint={t(DESK.countedHint)}
        problem={wrong ? t(DESK.countedWrong) : null}>
        {(ids) => <input {...ids} name="counted" inputmode="decimal" autocomplete="off" required maxlength={15} />}
      </Field>
      <Field label={t(DESK.note)} need="optional">
        {(ids) => <input {...ids} name="note" autocomplete="off" maxlength={120} />}
      </Field>
      <button class="button primary" disabled={busy}>{t(DESK.count)}</button>
    </form>
  );
}

/** "4,900" or "89.5" in minor units; null for what is no amount of this currency. */
function minorUnits(written: string, currency: string): number | null {
  const digits = minorDigits(currency);
  const found = /^(-?)(\d{1,10})(?:\.(\d+))?$/.exec(written.replaceAll(",", ""));
  if (!found) return null;
  const [, sign, whole = "0", part = ""] = found;
  if (part.length > digits) return null;
  const minor = Number(whole) * 10 ** digits + Number(part.padEnd(digits, "0") || "0");
  return sign ? -minor : minor;
}

function ClosingView({ town, closing }: { town: Town; closing: Closing }) {
  const { expected, counted } = closing;
  const difference = { ...counted, amount_minor: counted.amount_minor - expected.amount_minor };
  return (
    <Printed>
      <Notice tone={difference.amount_minor === 0 ? "good" : "look"} title={t(DESK.closed)} />
      <dl class="pairs">
        <dt>{t(DESK.time)}</dt><dd>{dayAndTime(new Date(closing.closed_at), town.time_zone)}</dd>
        <dt>{t(DESK.receipt)}</dt><dd>{number(closing.entries)}</dd>
        <dt>{t(DESK.expected)}</dt><dd>{money(expected)}</dd>
        <dt>{t(DESK.counted)}</dt><dd>{money(counted)}</dd>
        <dt>{t(DESK.difference)}</dt><dd>{money(difference)}</dd>
        {closing.note && <><dt>{t(DESK.reason)}</dt><dd>{closing.note}</dd></>}
      </dl>
    </Printed>
  );
}
