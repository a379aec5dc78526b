// Records that the server would not take: the operator gets nothing for them, so somebody must know.
import type { KeptRecord } from "@teiki/mobile-contract";
import { t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Notice } from "../shared/parts";
import { named } from "../shared/strings";
import type { Registration } from "./device";
import { Door } from "./door";
import { REJECTIONS, VALIDATOR } from "./strings";

interface Shown {
  door: Door;
  records: readonly KeptRecord[];
}

async function read(registration: Registration): Promise<Shown | null> {
  const door = await Door.open(registration);
  return door && { door, records: await door.rejected() };
}

export function Rejected({ registration }: { registration: Registration }) {
  const { value, again } = useLoaded(() => read(registration));
  const { busy, run } = useDoing();
  if (!value || value.records.length === 0) return null;
  const { door, records } = value;
  const seen = () => run(async () => {
    await door.forget(records);
    again();
  });
  return (
    <Notice tone="look" title={t(VALIDATOR.recordsRejected(records.length))}>
      <p>{t(VALIDATOR.rejectedBody)}</p>
      <ul>
        {records.map(({ validatorId, sequence, reason }) => (
          <li key={`${validatorId} ${sequence}`}>
            {t(VALIDATOR.recordNumber(sequence))}: {t(named(REJECTIONS, reason ?? ""))}
          </li>
        ))}
      </ul>
      <button type="button" class="button" disabled={busy} onClick={seen}>{t(VALIDATOR.rejectedSeen)}</button>
    </Notice>
  );
}
