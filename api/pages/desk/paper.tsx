// A pass on paper, for who has no phone.
import { useEffect, useState } from "preact/hooks";
import { api } from "../shared/api";
import { t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import type { DoProps } from "./person";
import { Printed } from "./printed";
import { DESK } from "./strings";
import type { Sheet } from "./wire";

export function Paper({ person }: DoProps) {
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const { busy, problem, run } = useDoing();
  const { resident_number } = person;
  const make = () =>
    run(async () => setSheet(await api.post("/v1/desk/paper-passes", { body: { resident_number } })));
  if (sheet) return <SheetView sheet={sheet} />;
  return (
    <div class="stack">
      <p>{t(DESK.paperBody)}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <button type="button" class="button primary" disabled={busy} onClick={make}>{t(DESK.makePaper)}</button>
    </div>
  );
}

function SheetView({ sheet }: { sheet: Sheet }) {
  const url = usePicture(sheet.svg);
  return (
    <Printed>
      <p class="no-print" role="status">{t(DESK.paperReady)}</p>
      {url && <img class="sheet" src={url} alt={`${t(DESK.paperAlt)}: ${t(sheet.category_name)}`} />}
    </Printed>
  );
}

/** An address for an SVG, given back when it is no longer shown. */
function usePicture(svg: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [svg]);
  return url;
}
