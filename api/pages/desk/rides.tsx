// The rides of a month, for who asks for them in person.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { clockTime, day, money, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Field, Notice } from "../shared/parts";
import { modeName } from "../shared/strings";
import type { Ride, Town } from "../shared/wire";
import { typed } from "./form";
import type { DoProps } from "./person";
import { Printed } from "./printed";
import { DESK } from "./strings";

interface Shown {
  month: string;
  rides: Ride[];
}

export function PrintRides({ town, person }: DoProps) {
  const [shown, setShown] = useState<Shown | null>(null);
  const { busy, problem, run } = useDoing();
  const { resident_number } = person;
  const show = (event: SubmitEvent) => {
    const month = typed(event, "month");
    run(async () => {
      const { items } = await api.get("/v1/desk/residents/rides", { query: { resident_number, month } });
      setShown({ month, rides: items });
    });
  };
  return (
    <div class="stack">
      <form class="row end no-print" onSubmit={show}>
        <Field label={t(DESK.month)}>
          {(ids) => <input {...ids} name="month" type="month" pattern="20[0-9]{2}-[0-9]{2}" placeholder="2026-04" required />}
        </Field>
        <button class="button" disabled={busy}>{t(DESK.show)}</button>
      </form>
      <p class="muted no-print">{t(DESK.logged)}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      {shown?.rides.length === 0 && <Notice title={t(DESK.noRides)} />}
      {shown && shown.rides.length > 0 && (
        <Printed>
          <h3>{t(DESK.ridesOf(shown.month))}</h3>
          <p>{person.display_name} {resident_number}</p>
          <RideTable rides={shown.rides} town={town} />
        </Printed>
      )}
    </div>
  );
}

function RideTable({ rides, town }: { rides: Ride[]; town: Town }) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={t(DESK.rides)}>
      <table class="table">
        <thead>
          <tr>
            <th>{t(DESK.day)}</th><th>{t(DESK.operator)}</th><th>{t(DESK.from)}</th>
            <th class="number">{t(DESK.worth)}</th><th class="number">{t(DESK.riderPays)}</th>
          </tr>
        </thead>
        <tbody>
          {rides.map((ride) => (
            <tr key={ride.authorization_id}>
              <td>{day(ride.service_date)} {ride.boarded_at && clockTime(new Date(ride.boarded_at), town.time_zone)}</td>
              <td>{t(ride.operator_name)} ({t(modeName(ride.mode))})</td>
              <td>{[ride.boarding_stop_name, ride.alighting_stop_name].filter(Boolean).join(" → ")}</td>
              <td class="number">{ride.shadow_fare ? money(ride.shadow_fare) : "–"}</td>
              <td class="number">{money(ride.rider_pays)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
