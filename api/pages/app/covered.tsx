// "Am I covered?", asked before a journey; the answer is the desk's own, for each operator.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { minorDigits, money, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Field, Notice } from "../shared/parts";
import { isMetered, MODES, modeName } from "../shared/strings";
import type { Covered, Mode, Town } from "../shared/wire";
import { APP } from "./strings";

interface Wish {
  mode: Mode;
  area: string;
  /** Local time of this device as the input writes it; empty for now. */
  at: string;
  /** In whole units of the currency, as typed. */
  price: string;
}

export function CoveredView({ town }: { town: Town }) {
  const [wish, setWish] = useState<Wish>({ mode: "bus", area: "", at: "", price: "" });
  const [answers, setAnswers] = useState<Covered[] | null>(null);
  const { busy, problem, run } = useDoing();
  const change = (part: Partial<Wish>) => {
    setWish({ ...wish, ...part });
    setAnswers(null);
  };
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    run(async () => setAnswers((await api.get("/v1/me/covered", { query: queryOf(wish, town) })).items));
  };
  return (
    <section class="card stack covered">
      <h2>{t(APP.coveredAsk)}</h2>
      <form class="stack" onSubmit={ask}>
        <Field label={t(APP.coveredMode)}>
          {(ids) => (
            <select {...ids} value={wish.mode} onChange={(event) => change({ mode: event.currentTarget.value as Mode })}>
              {MODES.map((mode) => <option key={mode} value={mode}>{t(modeName(mode))}</option>)}
            </select>
          )}
        </Field>
        <Field label={t(APP.coveredArea)}>
          {(ids) => (
            <select {...ids} value={wish.area} onChange={(event) => change({ area: event.currentTarget.value })}>
              <option value="">{t(APP.coveredAnywhere)}</option>
              {town.areas.map((area) => (
                <option key={area.area_number} value={String(area.area_number)}>{t(area.name)}</option>
              ))}
            </select>
          )}
        </Field>
        {isMetered(wish.mode) && (
          <Field label={t(APP.coveredPrice(town.currency))}>
            {(ids) => (
              <input {...ids} inputMode="decimal" value={wish.price} autocomplete="off"
                onInput={(event) => change({ price: event.currentTarget.value })} />
            )}
          </Field>
        )}
        <Field label={t(APP.coveredWhen)} hint={t(APP.coveredNow)}>
          {(ids) => (
            <input {...ids} type="datetime-local" value={wish.at}
              onInput={(event) => change({ at: event.currentTarget.value })} />
          )}
        </Field>
        <button class="button primary" disabled={busy}>{t(APP.coveredGo)}</button>
      </form>
      {problem && <Notice tone="bad" title={t(problem)} />}
      {answers?.length === 0 && <Notice tone="look" title={t(APP.coveredNobody)} />}
      {answers?.map((answer) => <Answer key={answer.operator_id} answer={answer} />)}
    </section>
  );
}

function Answer({ answer }: { answer: Covered }) {
  const { rider_pays: pays } = answer;
  const yes = answer.result === "granted";
  return (
    <Notice tone={yes ? "good" : "look"} title={`${t(answer.operator_name)}: ${t(yes ? APP.covered : APP.coveredNo)}`}>
      {yes && pays && (pays.amount_minor > 0 ? t(APP.coveredPay(money(pays))) : t(APP.coveredFree))}
      {!yes && t(answer.message)}
    </Notice>
  );
}

function queryOf({ mode, area, at, price }: Wish, { currency }: Town) {
  const amount = Math.round(Number(price.replace(",", ".")) * 10 ** minorDigits(currency));
  return {
    mode,
    ...(area && { area_number: Number(area) }),
    ...(at && { at: new Date(at).toISOString() }),
    ...(isMetered(mode) && price.trim() && amount >= 0 && { amount_minor: amount }),
  };
}
