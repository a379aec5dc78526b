// "My phone is gone": stops the passes on it at once, from any browser one is signed in with.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import { APP } from "./strings";
import { forgetPasses } from "./wallet";

export function LostPhone() {
  const [asking, setAsking] = useState(false);
  const [stopped, setStopped] = useState<number | null>(null);
  const { busy, problem, run } = useDoing();
  const stop = () =>
    run(async () => {
      const loss = await api.post("/v1/me/devices/current/lost");
      await forgetPasses(); // whatever this browser held is stopped too
      setStopped(loss.revoked_passes);
      setAsking(false);
    });
  return (
    <section class="card stack tight" id="lost">
      <h2>{t(APP.lostTitle)}</h2>
      <p>{t(APP.lostBody)}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      {stopped !== null && <Notice tone="good" title={t(APP.lostDone(String(stopped)))}>{t(APP.lostNext)}</Notice>}
      {asking
        ? (
          <div class="row">
            <button type="button" class="button primary" disabled={busy} onClick={stop}>{t(APP.lostConfirm)}</button>
            <button type="button" class="button" onClick={() => setAsking(false)}>{t(APP.lostKeep)}</button>
          </div>
        )
        : <button type="button" class="button" onClick={() => setAsking(true)}>{t(APP.lost)}</button>}
    </section>
  );
}
