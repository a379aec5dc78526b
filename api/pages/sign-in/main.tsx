// Signs a person in with a single-use link (/sign-in#token=...) and sends them to their page.
import { useState } from "preact/hooks";
import { Problem } from "@teiki/mobile-contract";
import { api } from "../shared/api";
import { t } from "../shared/language";
import { useDoing } from "../shared/load";
import { mount } from "../shared/mount";
import { Field, Notice, Sources, Top } from "../shared/parts";
import type { Me, Town } from "../shared/wire";
import { SIGN_IN } from "./strings";

const HOMES: Readonly<Record<string, string>> = {
  resident: "/app",
  desk: "/desk",
  operator: "/validator",
  planner: "/planner",
  admin: "/planner",
};

/** The token of a link, taken out of the address bar so that it is not kept there. */
function takeToken(): string | null {
  const token = tokenOf(location.hash);
  if (token) history.replaceState(null, "", location.pathname);
  return token;
}

function tokenOf(link: string): string | null {
  return new URLSearchParams(link.slice(link.indexOf("#") + 1)).get("token");
}

const linkToken = takeToken();

function SignIn({ town }: { town: Town }) {
  const [token, setToken] = useState(linkToken);
  const [me, setMe] = useState<Me | null>(null);
  const { busy, problem, run } = useDoing();
  const signIn = (link: string) => run(async () => {
    const found = await api.post("/v1/sessions", { body: { token: link } }).catch((error: unknown) => {
      // Refused, the link is of no further use; unreachable, it may still be.
      if (error instanceof Problem) setToken(null);
      throw error;
    });
    const home = HOMES[found.role];
    if (home) location.replace(home);
    else setMe(found);
  });

  return (
    <div class="page">
      <Top town={town} page={SIGN_IN.page} />
      <main class="column stack">
        {problem && <Notice tone="bad" title={t(problem)} />}
        {me
          ? <Notice tone="good" title={t(SIGN_IN.signedIn(me.display_name))}>{t(SIGN_IN.noPage)}</Notice>
          : token
            ? <Ready busy={busy} onPress={() => signIn(token)} />
            : <NeedLink onToken={setToken} />}
      </main>
      <Sources town={town} />
    </div>
  );
}

// Pressed by a person: a mail scanner that opens links would otherwise use the link up.
function Ready({ busy, onPress }: { busy: boolean; onPress: () => void }) {
  return (
    <>
      <h1>{t(SIGN_IN.ready)}</h1>
      <p>{t(SIGN_IN.readyBody)}</p>
      <button type="button" class="button primary wide" disabled={busy} onClick={onPress}>{t(SIGN_IN.signIn)}</button>
    </>
  );
}

function NeedLink({ onToken }: { onToken: (token: string) => void }) {
  const [wrong, setWrong] = useState(false);
  const read = (event: SubmitEvent) => {
    event.preventDefault();
    const link = String(new FormData(event.currentTarget as HTMLFormElement).get("link"));
    const token = tokenOf(link.trim());
    if (token) onToken(token);
    else setWrong(true);
  };
  return (
    <>
      <h1>{t(SIGN_IN.needLink)}</h1>
      <p>{t(SIGN_IN.needLinkBody)}</p>
      <form class="stack" onSubmit={read}>
        <Field label={t(SIGN_IN.paste)} problem={wrong ? t(SIGN_IN.noToken) : null}>
          {(ids) => <input {...ids} name="link" autocomplete="off" spellcheck={false} />}
        </Field>
        <button class="button primary wide">{t(SIGN_IN.goOn)}</button>
      </form>
      <aside class="card">
        <h2>{t(SIGN_IN.join)}</h2>
        <a class="button" href="/app">{t(SIGN_IN.joinLink)}</a>
      </aside>
    </>
  );
}

mount(SignIn, SIGN_IN.page);
