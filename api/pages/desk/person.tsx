// One person's card, and the things that are done for them at a counter.
import type { FunctionComponent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { CATEGORIES } from "@teiki/mobile-contract";
import { api } from "../shared/api";
import { lastDay, money, t } from "../shared/language";
import { named } from "../shared/strings";
import type { Text, Town } from "../shared/wire";
import { Attest } from "./attest";
import { BindCard } from "./card";
import { ChoosePlan } from "./choose-plan";
import { Lost } from "./lost";
import { Paper } from "./paper";
import { Pay } from "./pay";
import { PrintRides } from "./rides";
import { DESK, STATUSES } from "./strings";
import type { Person } from "./wire";

export interface DoProps {
  town: Town;
  person: Person;
  /** Reads the person's record anew, after something was done. */
  onChange: (person: Person) => void;
}

const THINGS = {
  choosePlan: ChoosePlan,
  pay: Pay,
  paper: Paper,
  card: BindCard,
  attest: Attest,
  lost: Lost,
  rides: PrintRides,
} satisfies Record<string, FunctionComponent<DoProps>>;
type Thing = keyof typeof THINGS;

/** What they most likely came for. */
function firstThing({ subscription }: Person): Thing {
  if (!subscription) return "choosePlan";
  return subscription.amount_due.amount_minor > 0 ? "pay" : "paper";
}

interface Props extends DoProps {
  onDone: () => void;
}

export function PersonView({ town, person, onChange, onDone }: Props) {
  // Choosing the same thing again begins it anew: `turn` tells one time from the next.
  const [{ thing, turn }, setPlace] = useState(() => ({ thing: firstThing(person), turn: 0 }));
  const begin = (next: Thing) => setPlace({ thing: next, turn: turn + 1 });
  const changed = (latest: Person) => {
    onChange(latest);
    if (thing === "choosePlan") begin("pay");
  };
  const Doing = THINGS[thing];
  const waiting = person.subscription?.status === "incomplete";
  const offered = (Object.keys(THINGS) as Thing[]).filter((each) =>
    each !== "choosePlan" || !person.subscription || waiting);
  return (
    <main class="desk-columns">
      <div class="stack no-print">
        <PersonCard person={person} />
        <nav class="card" aria-label={t(DESK.todo)}>
          {offered.map((each) => (
            <button key={each} type="button" class="button" aria-pressed={each === thing}
              onClick={() => begin(each)}>{t(DESK[each])}</button>
          ))}
        </nav>
        <button type="button" class="button primary" onClick={onDone}>{t(DESK.other)}</button>
      </div>
      <section class="card" aria-live="polite">
        <h2>{t(DESK[thing])}</h2>
        <Doing key={turn} town={town} person={person} onChange={changed} />
      </section>
    </main>
  );
}

function PersonCard({ person }: { person: Person }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { subscription, category_until_date: until } = person;
  const category = t(categoryName(person.rider_category));
  return (
    <section class="card">
      <h1 ref={heading} tabindex={-1}>{person.display_name}</h1>
      <p class="big-number">{person.resident_number}</p>
      <dl class="pairs">
        <dt>{t(DESK.category)}</dt>
        <dd>{category}{until && ` (${t(DESK.until(lastDay(until)))})`}</dd>
        <dt>{t(DESK.plan)}</dt>
        <dd>{subscription ? t(subscription.plan.name) : t(DESK.noPlan)}</dd>
        {subscription && (
          <>
            <dt>{t(DESK.status)}</dt>
            <dd>{t(named(STATUSES, subscription.status))}</dd>
            <dt>{t(DESK.paidUntil)}</dt>
            <dd>{subscription.paid_until_date ? lastDay(subscription.paid_until_date) : t(DESK.notPaid)}</dd>
            <dt>{t(DESK.due)}</dt>
            <dd>{money(subscription.amount_due)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function categoryName(code: string): Text {
  return CATEGORIES.find((each) => each.code === code)?.name ?? { ja: code, en: code };
}

/** The person's record as it stands now. */
export function lookAgain({ resident_number }: Person): Promise<Person> {
  return api.get("/v1/desk/residents", { query: { resident_number } });
}
