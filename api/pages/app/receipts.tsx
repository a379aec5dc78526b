// What this person paid and was given back, by the number on the receipt.
import { api } from "../shared/api";
import { day, dayAndTime, lastDay, money, t } from "../shared/language";
import { useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { named } from "../shared/strings";
import type { Town } from "../shared/wire";
import { APP, METHODS } from "./strings";

export function Receipts({ town }: { town: Town }) {
  const { value, problem, again } = useLoaded(() => api.get("/v1/me/payments"));
  if (problem) return <Failure text={problem} again={again} />;
  if (!value || value.items.length === 0) return null;
  return (
    <section class="stack receipts">
      <h2>{t(APP.receipts)}</h2>
      <ul class="stack">
        {value.items.map((receipt) => (
          <li key={receipt.receipt_number} class="card row between">
            <span>
              {dayAndTime(new Date(receipt.paid_at), town.time_zone)}
              <br /><span class="muted">{receipt.receipt_number}・{t(named(METHODS, receipt.method))}</span>
              <br /><span class="muted">{day(receipt.period_start_date)} – {lastDay(receipt.period_end_date)}</span>
            </span>
            <strong>{money(receipt.amount)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
