// "Can I ride?": the resident's page. Decides which of its views a person needs now.
import { useEffect, useState } from "preact/hooks";
import { api, nullOn, wordsOf } from "../shared/api";
import { Icon, type IconName } from "../shared/icons";
import { t } from "../shared/language";
import { forget, keep, latest } from "../shared/kept";
import { useDoing } from "../shared/load";
import { Failure, mount } from "../shared/mount";
import { Notice, Sources, Top } from "../shared/parts";
import { named, SHARED } from "../shared/strings";
import { openWithoutNetwork } from "../shared/without-network";
import type { Me, Subscription, Text, Town } from "../shared/wire";
import { readApproval } from "../shared/approval";
import { Approve } from "./approve";
import { useChanges } from "./changes";
import { ChoosePlan, JoinName, WaitForPayment } from "./join";
import { Left } from "./left";
import { LostPhone } from "./lost-phone";
import { InsecurePage, PassView } from "./pass";
import { OwnData } from "./own-data";
import { PlanView } from "./plan";
import { Sessions } from "./sessions";
import { Privacy } from "./privacy";
import { Rides } from "./rides";
import { APP, STAFF_ROLES } from "./strings";
import { forgetPasses } from "./wallet";
import "./app.css";

type Tab = keyof typeof APP.tabs;
const TABS = Object.keys(APP.tabs) as Tab[];
/** Statuses after which a person chooses a plan anew. */
const ENDED = new Set(["canceled", "incomplete_expired"]);

/** What was known last, for when there is no network. */
const KNOWN = "known";

interface Known {
  me: Me | null;
  subscription: Subscription | null;
}

function look(): Promise<Known> {
  return latest(KNOWN, ask);
}

async function ask(): Promise<Known> {
  const me = await nullOn(401, api.get("/v1/me"));
  if (me?.role !== "resident") return { me, subscription: null };
  return { me, subscription: await nullOn(404, api.get("/v1/me/subscription")) };
}

function App({ town }: { town: Town }) {
  const [known, show] = useState<Known | null>(null);
  const [problem, setProblem] = useState<Text | null>(null);
  const setKnown = (now: Known) => {
    show(now);
    void keep(KNOWN, now).catch(() => {}); // a browser may forbid storage
  };
  const load = () => {
    setProblem(null);
    look().then(show, (error: unknown) => setProblem(wordsOf(error)));
  };
  useEffect(load, []);

  return (
    <div class="page">
      <Top town={town} page={APP.page} />
      {problem
        ? <main class="column stack"><Failure text={problem} again={load} /></main>
        : known
          ? <View town={town} known={known} setKnown={setKnown} />
          : <main class="column"><p role="status">{t(SHARED.loading)}</p></main>}
      <Sources town={town} />
    </div>
  );
}

interface ViewProps {
  town: Town;
  known: Known;
  setKnown: (known: Known) => void;
}

function View({ town, known, setKnown }: ViewProps) {
  const { me, subscription } = known;
  const keep = (latest: Subscription) => setKnown({ me, subscription: latest });
  if (!window.isSecureContext) return <main class="column"><InsecurePage /></main>;
  if (!me) return <JoinName onJoined={(joined) => setKnown({ me: joined, subscription: null })} />;
  if (me.role !== "resident") return <WrongRole me={me} />;
  if (!subscription || ENDED.has(subscription.status)) return <ChoosePlan town={town} onChosen={keep} />;
  if (subscription.status === "incomplete") {
    return <WaitForPayment me={me} town={town} subscription={subscription} onChange={keep} />;
  }
  return <Member town={town} me={me} subscription={subscription} setKnown={setKnown} />;
}

function Member({ town, me, subscription, setKnown }: {
  town: Town;
  me: Me;
  subscription: Subscription;
  setKnown: (known: Known) => void;
}) {
  const { tab, asked } = usePlace();
  const keep = (latest: Subscription) => setKnown({ me, subscription: latest });
  // What is left changes with every ride: seen at once, and when somebody comes back to look.
  const refresh = () => void api.get("/v1/me/subscription").then(keep, () => {});
  useChanges(refresh);
  useEffect(refresh, [tab]);
  if (asked) return <main class="column"><Approve key={location.hash} me={me} town={town} asked={asked} /></main>;
  return (
    <>
      <TabBar current={tab} />
      <main class={tab === "pass" ? "column member two" : "column member"}>
        {tab === "pass" && <PassView me={me} town={town} subscription={subscription} />}
        {tab === "pass" && <Left subscription={subscription} />}
        {tab === "rides" && <Rides town={town} />}
        {tab === "plan" && <PlanView me={me} town={town} subscription={subscription} onChange={keep} />}
        {tab === "privacy" && (
          <div class="stack">
            <Privacy me={me} town={town} onChange={(latest) => setKnown({ me: latest, subscription })} />
            <LostPhone />
            <Sessions town={town} />
            <SignOut me={me} />
            <OwnData onGone={leaveNothing} />
          </div>
        )}
      </main>
    </>
  );
}

function TabBar({ current }: { current: Tab }) {
  return (
    <nav class="tabs no-print" aria-label={t(APP.page)}>
      {TABS.map((tab) => (
        <a key={tab} href={`#${tab}`} aria-current={tab === current ? "page" : undefined}>
          <Icon name={tab as IconName} />
          <span>{t(APP.tabs[tab])}</span>
        </a>
      ))}
    </nav>
  );
}

/** The tab that the address names, or the price that a driver's device asks to have approved. */
function usePlace() {
  const read = () => ({
    tab: TABS.find((tab) => location.hash === `#${tab}`) ?? "pass",
    asked: readApproval(location.hash),
  });
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const follow = () => {
      setPlace(read());
      window.scrollTo(0, 0);
    };
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return place;
}

/** Nobody is known on this device any more. */
async function leaveNothing(): Promise<void> {
  await forgetPasses();
  await forget(KNOWN);
  location.assign("/app");
}

function SignOut({ me }: { me: Me }) {
  const { busy, problem, run } = useDoing();
  const leave = () =>
    run(async () => {
      await api.delete("/v1/sessions/current");
      await leaveNothing();
    });
  return (
    <div class="stack tight">
      {problem && <Notice tone="bad" title={t(problem)} />}
      <p class="muted">{t(SHARED.signedInAs)}: {me.display_name}</p>
      <button type="button" class="button" disabled={busy} onClick={leave}><Icon name="out" />{t(SHARED.signOut)}</button>
      <p class="muted">{t(APP.signOutBody)}</p>
    </div>
  );
}

function WrongRole({ me }: { me: Me }) {
  return (
    <main class="column stack">
      <Notice tone="look" title={t(APP.wrongRole(t(named(STAFF_ROLES, me.role))))} />
      <SignOut me={me} />
    </main>
  );
}

openWithoutNetwork("/app");
mount(App, APP.page);
