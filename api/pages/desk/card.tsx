// An IC card in place of a phone. Its number is keyed here and forgotten; it is never sent.
import { useState } from "preact/hooks";
import { cardReference, fromBase64Url, fromHex, toBase64Url } from "@teiki/mobile-contract";
import { api } from "../shared/api";
import { t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Field, Notice } from "../shared/parts";
import { typed } from "./form";
import type { DoProps } from "./person";
import { DESK } from "./strings";

const NUMBER = /^([0-9a-f]{2}){4,10}$/i;

export function BindCard({ person }: DoProps) {
  const [wrong, setWrong] = useState(false);
  const [bound, setBound] = useState(false);
  const { busy, problem, run } = useDoing();
  const bind = (event: SubmitEvent) => {
    const number = typed(event, "number").replaceAll(/[\s:-]/g, "");
    setWrong(!NUMBER.test(number));
    if (!NUMBER.test(number)) return;
    (event.currentTarget as HTMLFormElement).reset();
    run(async () => {
      const { card_key } = await api.get("/v1/desk/card-key");
      const card_reference = toBase64Url(await cardReference(fromBase64Url(card_key), fromHex(number)));
      await api.post("/v1/desk/cards", { body: { resident_number: person.resident_number, card_reference } });
      setBound(true);
    });
  };
  if (bound) return <Notice tone="good" title={t(DESK.bound)} />;
  return (
    <form class="stack" onSubmit={bind}>
      <p>{t(DESK.cardBody)}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <Field label={t(DESK.cardNumber)} problem={wrong ? t(DESK.cardWrong) : null}>
        {(ids) => <input {...ids} name="number" type="password" autocomplete="off" required maxlength={40} />}
      </Field>
      <button class="button primary" disabled={busy}>{t(DESK.bind)}</button>
    </form>
  );
}
