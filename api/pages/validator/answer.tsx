// "Let them on?": the whole screen says it, by colour, sign, words and sound.
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "../shared/icons";
import { money, t } from "../shared/language";
import { SHARED } from "../shared/strings";
import type { Text } from "../shared/wire";
import { type Decision, FLAG_WORDS } from "./decide";
import { VALIDATOR } from "./strings";
import { sound, type Verdict } from "./tones";
import "./answer.css";

const SHOWN_MS: Record<Verdict, number> = { good: 2_000, bad: 3_000, look: 3_000 };
const ICONS: Record<Verdict, IconName> = { good: "check", bad: "cross", look: "look" };
const HEADLINES: Record<Verdict, Text> = {
  good: VALIDATOR.granted,
  bad: VALIDATOR.refused,
  look: VALIDATOR.look,
};
const LEAVING_HEADLINES: Record<Verdict, Text> = {
  ...HEADLINES,
  good: VALIDATOR.recorded,
  bad: VALIDATOR.notRecorded,
};
/** The category that needs no second look; every other one may need a document. */
const PLAIN_CATEGORY = "adult";

export function verdictOf(answer: Decision): Verdict {
  if (answer.result === "refused") return "bad";
  if (answer.paper) return "look";
  const category = answer.rider_category;
  return category === null || category === PLAIN_CATEGORY ? "good" : "look";
}

export function Answer({ answer, leaving, onNext }: {
  answer: Decision;
  leaving: boolean;
  onNext: () => void;
}) {
  const verdict = verdictOf(answer);
  const screen = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    sound(verdict);
    screen.current?.focus();
    const timer = setTimeout(onNext, SHOWN_MS[verdict]);
    return () => clearTimeout(timer);
  }, [answer]);
  const pays = answer.rider_pays;
  return (
    <div class={`answer ${verdict}`} role="alert" data-result={answer.result} data-reason={answer.reason}
      data-by={answer.flags ? "device" : "server"}>
      <div class="sign"><Icon name={ICONS[verdict]} /></div>
      <div class="says">
        <h1>{t((leaving ? LEAVING_HEADLINES : HEADLINES)[verdict])}</h1>
        {answer.paper && <p class="flag">{t(VALIDATOR.onPaper)}</p>}
        {verdict === "look" && answer.category_name && <p class="category">{t(answer.category_name)}</p>}
        <p>{t(answer.message)}</p>
        {pays && pays.amount_minor > 0 && <p class="collect">{t(VALIDATOR.collect(money(pays)))}</p>}
        {answer.flags?.map((flag) => <p key={flag} class="flag">{t(FLAG_WORDS[flag])}</p>)}
      </div>
      <button ref={screen} type="button" class="whole" onClick={onNext}>{t(VALIDATOR.touch)}</button>
    </div>
  );
}

/** The network or the server did not decide: neither yes nor no, and the same key again. */
export function Undecided({ problem, onAgain, onGiveUp }: {
  problem: Text;
  /** Sends the same request again, where that may help. */
  onAgain: (() => void) | null;
  onGiveUp: () => void;
}) {
  useEffect(() => sound("look"), [problem]);
  return (
    <div class="answer undecided" role="alert">
      <div class="sign"><Icon name="look" /></div>
      <div class="says">
        <h1>{t(VALIDATOR.undecided)}</h1>
        <p>{t(problem)}</p>
        <div class="row">
          {onAgain && (
            <button type="button" class="button primary big" onClick={onAgain}>{t(VALIDATOR.sendAgain)}</button>
          )}
          <button type="button" class="button big" onClick={onGiveUp}>{t(SHARED.cancel)}</button>
        </div>
      </div>
    </div>
  );
}
