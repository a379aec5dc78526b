// Pieces of a page that more than one page uses.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icons";
import { number, setLanguage, t, useLanguage } from "./language";
import { isMode, modeName, SHARED } from "./strings";
import type { Text, Town } from "./wire";
import iconUrl from "./icon.svg";

/** The line at the top: whose service this is, whether it is simulated, the language. */
export function Top({ town, page, children }: { town: Town; page: Text; children?: ComponentChildren }) {
  return (
    <header>
      <div class="top no-print">
        <span class="brand">
          <img src={iconUrl} alt="" width="32" height="32" />
          <span>
            Teiki {t(page)}
            <small>{t(town.name)}</small>
          </span>
        </span>
        {children}
        <LanguageSwitch />
      </div>
      {town.simulated && <p class="strip">{t(SHARED.simulatedNote)}</p>}
    </header>
  );
}

export function Simulated() {
  return <span class="badge simulated">{t(SHARED.simulated)}</span>;
}

export function LanguageSwitch() {
  const language = useLanguage();
  const other = language === "ja" ? "en" : "ja";
  return (
    <button type="button" class="button quiet" lang={other} onClick={() => setLanguage(other)}>
      {t(SHARED.language)}
    </button>
  );
}

type Tone = "info" | "good" | "bad" | "look";
const TONE_ICONS: Record<Tone, IconName> = { info: "info", good: "check", bad: "cross", look: "look" };

/** A framed message: tone by colour, icon and words. `bad` is announced at once. */
export function Notice({ tone = "info", title, children }: {
  tone?: Tone;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={TONE_ICONS[tone]} />
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  );
}

/** A labelled control with its hint and, after a refusal, what is wrong with it. */
export function Field({ label, hint, problem, need, children }: {
  label: string;
  hint?: string;
  problem?: string | null;
  need?: "required" | "optional";
  children: (ids: { id: string; "aria-describedby": string; "aria-invalid": boolean }) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {label}
        {need && <span class={`need ${need}`}>{t(SHARED[need])}</span>}
      </label>
      <div id={`${id}-note`}>
        {hint && <p class="hint">{hint}</p>}
        {problem && <p class="problem">{problem}</p>}
      </div>
      {children({ id, "aria-describedby": `${id}-note`, "aria-invalid": Boolean(problem) })}
    </div>
  );
}

export function ModeName({ mode }: { mode: string }) {
  return (
    <span class="badge">
      {isMode(mode) && <Icon name={mode} />}
      {t(modeName(mode))}
    </span>
  );
}

/** A part of a whole as a bar; the numbers stand beside it in words. */
export function Bar({ part, whole, label }: { part: number; whole: number; label: string }) {
  const share = whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
  return (
    <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="img"
      aria-label={`${label}: ${number(share * 100)} %`}>
      <rect class="fill" width={share * 100} height="1" />
    </svg>
  );
}

/** Where the shown data comes from, as its licences ask. */
export function Sources({ town }: { town: Pick<Town, "attribution"> }) {
  if (town.attribution.length === 0) return null;
  return (
    <footer class="foot">
      <strong>{t(SHARED.sources)}</strong>
      <ul>
        {town.attribution.map((source) => (
          <li key={source.title}>
            {source.url ? <a href={source.url} rel="noreferrer">{source.title}</a> : source.title}
            {" "}({source.licence}){source.note && ` ${t(source.note)}`}
          </li>
        ))}
      </ul>
    </footer>
  );
}
