// An amount of money by big keys; digits fill from the right, as on a till.
import { useState } from "preact/hooks";
import { Icon } from "../shared/icons";
import { money, t } from "../shared/language";
import { SHARED } from "../shared/strings";
import type { Money, Text } from "../shared/wire";
import { VALIDATOR } from "./strings";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0"];
const MOST_DIGITS = 7;

export function Keypad({ title, currency, done, onDone, onCancel }: {
  title: Text;
  currency: string;
  done: Text;
  onDone: (amount: Money) => void;
  onCancel: () => void;
}) {
  const [digits, setDigits] = useState("");
  const amount = { amount_minor: Number(digits), currency };
  const press = (key: string) => {
    const next = (digits + key).replace(/^0+/, "");
    if (next.length <= MOST_DIGITS) setDigits(next);
  };
  const typed = (event: KeyboardEvent) => {
    if (/^\d$/.test(event.key)) press(event.key);
    if (event.key === "Backspace") setDigits(digits.slice(0, -1));
  };
  return (
    <section class="keypad stack" onKeyDown={typed}>
      <h1>{t(title)}</h1>
      <output class="big-number">{money(amount)}</output>
      <div class="keys">
        {KEYS.map((key) => (
          <button key={key} type="button" class="button big" onClick={() => press(key)}>{key}</button>
        ))}
        <button type="button" class="button big" aria-label={t(VALIDATOR.clear)} onClick={() => setDigits("")}>
          <Icon name="cross" />
        </button>
      </div>
      <div class="row">
        <button type="button" class="button big" onClick={onCancel}>{t(SHARED.cancel)}</button>
        <button type="button" class="button primary big grow" disabled={amount.amount_minor === 0}
          onClick={() => onDone(amount)}>
          {t(done)}
        </button>
      </div>
    </section>
  );
}
