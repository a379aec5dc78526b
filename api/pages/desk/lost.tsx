// Something was lost: it stops at once.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { Code } from "../shared/code";
import { number, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { DoProps } from "./person";
import { DESK } from "./strings";
import type { Loss } from "./wire";

const LOST = ["lost-phone", "lost-card", "lost-paper"] as const;
type Lost = (typeof LOST)[number];

export function Lost({ person }: DoProps) {
  const [asking, setAsking] = useState<Lost | null>(null);
  const [loss, setLoss] = useState<Loss | null>(null);
  const { busy, problem, run } = useDoing();
  const { resident_number } = person;
  const stop = (lost: Lost) =>
    run(async () => setLoss(await api.post("/v1/desk/residents/{lost}", { path: { lost }, body: { resident_number } })));
  if (loss) return <Stopped loss={loss} />;
  return (
    <div class="stack">
      <p>{t(DESK.lostBody)}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      {asking
        ? (
          <div class="row">
            <button type="button" class="button danger" disabled={busy} onClick={() => stop(asking)}>
              {t(DESK.stop(t(DESK[asking])))}
            </button>
            <button type="button" class="button" onClick={() => setAsking(null)}>{t(SHARED.cancel)}</button>
          </div>
        )
        : (
          <div class="row">
            {LOST.map((each) => (
              <button key={each} type="button" class="button" onClick={() => setAsking(each)}>{t(DESK[each])}</button>
            ))}
          </div>
        )}
    </div>
  );
}

function Stopped({ loss }: { loss: Loss }) {
  return (
    <div class="stack">
      <Notice tone="good" title={t(DESK.stopped)}>{t(DESK.stoppedPasses(number(loss.revoked_passes)))}</Notice>
      {loss.sign_in_url && (
        <>
          <p>{t(DESK.newPhone)}</p>
          <div class="sign-in-code"><Code text={loss.sign_in_url} label={t(DESK.newPhone)} /></div>
        </>
      )}
    </div>
  );
}
