// Files, link and paper: everything on screen can be taken to a meeting.
import { useState } from "preact/hooks";
import { Icon } from "../shared/icons";
import { t } from "../shared/language";
import type { Text } from "../shared/wire";
import { PLANNER } from "./strings";

export function TakeAway({ run_id }: { run_id: string }) {
  const [said, setSaid] = useState<Text | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(location.href).then(
      () => setSaid(PLANNER.copied),
      () => setSaid(PLANNER.copyFailed),
    );
  const file = (kind: "geojson" | "csv") => `/v1/insights/cells.${kind}?run_id=${encodeURIComponent(run_id)}`;
  return (
    <section class="stack tight no-print">
      <h2>{t(PLANNER.takeTitle)}</h2>
      <div class="row">
        <a class="button" href={file("geojson")} download="cells.geojson"><Icon name="download" />{t(PLANNER.geojson)}</a>
        <a class="button" href={file("csv")} download="cells.csv"><Icon name="download" />{t(PLANNER.csv)}</a>
        <button type="button" class="button" onClick={copy}><Icon name="link" />{t(PLANNER.permalink)}</button>
        <button type="button" class="button" onClick={() => window.print()}><Icon name="print" />{t(PLANNER.print)}</button>
      </div>
      <p role="status">{said && t(said)}</p>
    </section>
  );
}
