// Taking one's data away, and being forgotten.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import { APP } from "./strings";

export function OwnData({ onGone }: { onGone: () => Promise<void> }) {
  return (
    <section class="stack own-data">
      <p>{t(APP.ownDataBody)}</p>
      <a class="button" href="/v1/me/data" download="teiki.json">{t(APP.ownData)}</a>
      <DeleteAccount onGone={onGone} />
    </section>
  );
}

function DeleteAccount({ onGone }: { onGone: () => Promise<void> }) {
  const [asking, setAsking] = useState(false);
  const { busy, problem, run } = useDoing();
  const go = () => run(async () => {
    await api.delete("/v1/me");
    await onGone();
  });
  if (!asking) {
    return <button type="button" class="button danger" onClick={() => setAsking(true)}>{t(APP.deleteMe)}</button>;
  }
  return (
    <div class="stack">
      {problem && <Notice tone="bad" title={t(problem)} />}
      <Notice tone="look" title={t(APP.deleteMe)}>
        <p>{t(APP.deleteMeBody)}</p>
        <p>{t(APP.deleteMeKept)}</p>
      </Notice>
      <div class="row">
        <button type="button" class="button danger" disabled={busy} onClick={go}>{t(APP.deleteMeConfirm)}</button>
        <button type="button" class="button" onClick={() => setAsking(false)}>{t(APP.deleteMeKeep)}</button>
      </div>
    </div>
  );
}
