// Starts a page: measures the clock, learns the town, then shows the page.
import { type ComponentType, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call, Problem } from "./api";
import { keepClockSynced, syncClock } from "./clock";
import { language, t, useLanguage } from "./language";
import { Notice } from "./parts";
import { SHARED, UNREACHABLE } from "./strings";
import type { Text, Town } from "./wire";

export type Page = ComponentType<{ town: Town }>;

export function mount(page: Page, title: Text): void {
  const place = document.getElementById("page");
  if (!place) throw new Error("The page has no place to be drawn in.");
  document.documentElement.lang = language();
  render(<Start page={page} title={title} />, place);
}

function Start({ page: PageView, title }: { page: Page; title: Text }) {
  const lang = useLanguage();
  const [town, setTown] = useState<Town | null>(null);
  const [problem, setProblem] = useState<Text | null>(null);

  const start = () => {
    setProblem(null);
    Promise.all([call<Town>("GET", "/v1/town"), syncClock()])
      .then(([found]) => setTown(found))
      .catch((error) => setProblem(error instanceof Problem ? error.text : UNREACHABLE));
  };
  useEffect(() => {
    start();
    return keepClockSynced();
  }, []);
  useEffect(() => {
    document.title = town ? `${t(title)} | Teiki ${t(town.name)}` : `${t(title)} | Teiki`;
  }, [lang, town]);

  if (town) return <PageView town={town} />;
  return (
    <main class="column stack">
      {problem
        ? <Failure text={problem} again={start} />
        : <p role="status">{t(SHARED.loading)}</p>}
    </main>
  );
}

export function Failure({ text, again }: { text: Text; again?: () => void }) {
  return (
    <>
      <Notice tone="bad" title={t(text)} />
      {again && <button type="button" class="button" onClick={again}>{t(SHARED.again)}</button>}
    </>
  );
}
