// Starts a page: measures the clock, learns the town, then shows the page.
import { type ComponentType, render } from "preact";
import { useEffect } from "preact/hooks";
import { api } from "./api";
import { keepClockSynced, syncClock } from "./clock";
import { latest } from "./kept";
import { language, t, useLanguage } from "./language";
import { useLoaded } from "./load";
import { Notice } from "./parts";
import { SHARED } from "./strings";
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
  const { value: town, problem, again } = useLoaded(start);
  useEffect(() => keepClockSynced(), []);
  useEffect(() => {
    document.title = town ? `${t(title)} | Teiki ${t(town.name)}` : `${t(title)} | Teiki`;
  }, [lang, town]);

  if (town) return <PageView town={town} />;
  return (
    <main class="column stack">
      {problem
        ? <Failure text={problem} again={again} />
        : <p role="status">{t(SHARED.loading)}</p>}
    </main>
  );
}

async function start(): Promise<Town> {
  const [town] = await Promise.all([latest("town", () => api.get("/v1/town")), syncClock()]);
  return town;
}

export function Failure({ text, again }: { text: Text; again?: () => void }) {
  return (
    <>
      <Notice tone="bad" title={t(text)} />
      {again && <button type="button" class="button" onClick={again}>{t(SHARED.again)}</button>}
    </>
  );
}
