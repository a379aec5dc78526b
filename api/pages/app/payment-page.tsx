// Opens a page of the payment service: a card's number is typed there, and never here.
import type { ComponentChildren } from "preact";
import { api } from "../shared/api";
import { t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";

type Path = "/v1/me/subscription/checkout" | "/v1/me/subscription/bank-card";

export function PaymentPage({ path, primary, children }: { path: Path; primary?: boolean; children: ComponentChildren }) {
  const { busy, problem, run } = useDoing();
  const open = () => run(async () => {
    const { url } = await api.post(path);
    location.assign(url);
  });
  return (
    <>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <button type="button" class={primary ? "button primary wide" : "button"} disabled={busy} onClick={open}>
        {children}
      </button>
    </>
  );
}
