// The rides this person took, and what each would have cost without the pass.
import { api } from "../shared/api";
import { clockTime, day, money, number, t } from "../shared/language";
import { useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { ModeName } from "../shared/parts";
import { named, SHARED } from "../shared/strings";
import type { Money, Ride, Town } from "../shared/wire";
import { useChanges } from "./changes";
import { APP, RIDE_STATUSES } from "./strings";

/** Statuses of a ride that was or is being taken; the others cost nothing. */
const TAKEN = new Set(["authorized", "captured"]);

export function Rides({ town }: { town: Town }) {
  const { value, problem, again } = useLoaded(() => api.get("/v1/me/rides"));
  const rides = value?.items;
  useChanges(again);
  return (
    <section class="stack">
      <h1>{t(APP.ridesTitle)}</h1>
      {problem && <Failure text={problem} again={again} />}
      {!rides && !problem && <p role="status">{t(SHARED.loading)}</p>}
      {rides?.length === 0 && <p>{t(APP.noRides)}</p>}
      {rides && rides.length > 0 && <Worth rides={rides} />}
      <ul class="stack">
        {rides?.map((ride) => <RideCard key={ride.authorization_id} ride={ride} town={town} />)}
      </ul>
    </section>
  );
}

/** The sum over known fares; rides whose fare is unknown are counted, never as zero. */
function Worth({ rides }: { rides: Ride[] }) {
  const fares = rides.filter((ride) => ride.status === "captured").map((ride) => ride.shadow_fare);
  const known = fares.filter((fare): fare is Money => fare !== null);
  const first = known[0];
  if (!first) return null;
  const total = known.reduce((sum, fare) => sum + fare.amount_minor, 0);
  const missing = fares.length - known.length;
  return (
    <div class="card worth">
      <p>{t(APP.worthTotal(number(known.length)))}</p>
      <p class="amount">{money({ ...first, amount_minor: total })}</p>
      {missing > 0 && <p class="muted">{t(APP.worthMissing(number(missing)))}</p>}
    </div>
  );
}

function RideCard({ ride, town }: { ride: Ride; town: Town }) {
  const at = ride.boarded_at && clockTime(new Date(ride.boarded_at), town.time_zone);
  const stops = [ride.boarding_stop_name, ride.alighting_stop_name].filter(Boolean).join(" → ");
  return (
    <li class="card">
      <div class="row between">
        <ModeName mode={ride.mode} />
        <span class="muted">{t(named(RIDE_STATUSES, ride.status))}</span>
      </div>
      <p>
        <strong>{day(ride.service_date)}</strong>{at && ` ${t(APP.boarded(at))}`}
        <br />{t(ride.operator_name)}{stops && <><br />{stops}</>}
      </p>
      {TAKEN.has(ride.status) && <dl class="pairs">
        <dt>{t(APP.worth)}</dt>
        <dd>{ride.shadow_fare ? money(ride.shadow_fare) : t(APP.worthUnknown)}</dd>
        <dt>{t(APP.youPay)}</dt>
        <dd>{money(ride.rider_pays)}</dd>
      </dl>}
    </li>
  );
}
