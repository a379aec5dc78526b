// "Help this person, now": the page of the counter.
import { useState } from "preact/hooks";
import { api, nullOn } from "../shared/api";
import { t } from "../shared/language";
import { useLoaded } from "../shared/load";
import { Failure, mount } from "../shared/mount";
import { Notice, Sources, Top } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { Me, Town } from "../shared/wire";
import { DrawerView } from "./drawer";
import { Find } from "./find";
import { PersonView } from "./person";
import { DESK } from "./strings";
import type { Person } from "./wire";
import "./desk.css";

const ROLES = new Set(["desk", "admin"]);

function App({ town }: { town: Town }) {
  const { value, problem, again } = useLoaded(async () => ({ me: await nullOn(401, api.get("/v1/me")) }));
  const me = value?.me ?? null;
  return (
    <div class="page desk">
      <Top town={town} page={DESK.page} />
      {me && ROLES.has(me.role)
        ? <Work town={town} me={me} />
        : (
          <main class="column stack">
            {!value && !problem && <p role="status">{t(SHARED.loading)}</p>}
            {value && <SignInFirst />}
            {problem && <Failure text={problem} again={again} />}
          </main>
        )}
      <Sources town={town} />
    </div>
  );
}

function SignInFirst() {
  return (
    <>
      <Notice title={t(DESK.signIn)}>{t(DESK.signInBody)}</Notice>
      <a class="button primary" href="/sign-in">{t(DESK.goSignIn)}</a>
    </>
  );
}

function Work({ town, me }: { town: Town; me: Me }) {
  const [person, setPerson] = useState<Person | null>(null);
  const [counting, setCounting] = useState(false);
  return (
    <>
      <nav class="row desk-bar no-print" aria-label={t(DESK.page)}>
        <button type="button" class="button" aria-pressed={!counting} onClick={() => setCounting(false)}>
          {t(DESK.person)}
        </button>
        <button type="button" class="button" aria-pressed={counting} onClick={() => setCounting(true)}>
          {t(DESK.drawer)}
        </button>
        <span class="muted">{t(SHARED.signedInAs)}: {me.display_name}</span>
      </nav>
      {counting
        ? <DrawerView town={town} />
        : person
          ? <PersonView key={person.resident_number} town={town} person={person} onChange={setPerson}
              onDone={() => setPerson(null)} />
          : <Find onFound={setPerson} />}
    </>
  );
}

mount(App, DESK.page);
