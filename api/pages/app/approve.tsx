// "Is this the price?": a rider signs for a metered ride, and the driver's device reads that.
import type { Challenge } from "@teiki/mobile-contract/pass";
import { useState } from "preact/hooks";
import { Code } from "../shared/code";
import { money, t } from "../shared/language";
import { Failure } from "../shared/mount";
import { SHARED } from "../shared/strings";
import type { Me, Town } from "../shared/wire";
import { useLiveCode, useWakeLock } from "./live-code";
import { APP } from "./strings";

export function Approve({ me, town, asked }: { me: Me; town: Town; asked: Challenge }) {
  const [approved, setApproved] = useState(false);
  const price = money({ amount_minor: asked.amountMinor, currency: town.currency });
  return (
    <section class="stack">
      <h1>{t(APP.approveTitle)}</h1>
      <p class="asked"><strong>{price}</strong></p>
      <p class="muted">{t(APP.approveOperator(asked.operatorId))}</p>
      {approved
        ? <Signed me={me} asked={asked} />
        : (
          <>
            <p>{t(APP.approveBody)}</p>
            <button type="button" class="button primary wide" onClick={() => setApproved(true)}>
              {t(APP.approve(price))}
            </button>
          </>
        )}
      <a class="button wide" href="#pass">{t(approved ? SHARED.close : SHARED.cancel)}</a>
    </section>
  );
}

function Signed({ me, asked }: { me: Me; asked: Challenge }) {
  const { code, problem, retry } = useLiveCode(me.resident_number ?? "", asked);
  useWakeLock();
  if (problem) return <Failure text={problem} again={retry} />;
  if (!code) return <p role="status">{t(APP.preparing)}</p>;
  return (
    <>
      <p role="status">{t(APP.approved)}</p>
      <div class="ticket"><Code text={code.text} label={t(APP.approvedLabel)} /></div>
    </>
  );
}
