// Makes this device a validator of an operator: once, by a member of its staff.
import { useEffect, useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { t } from "../shared/language";
import { Failure } from "../shared/mount";
import { Field, Notice } from "../shared/parts";
import { SHARED, UNREACHABLE } from "../shared/strings";
import type { Me, Text, Validator } from "../shared/wire";
import { keepValidator } from "./device";
import { VALIDATOR } from "./strings";

export function Register({ refused, onRegistered }: {
  /** Whether a key that was kept no longer works. */
  refused: boolean;
  onRegistered: (validator: Validator) => void;
}) {
  const [me, setMe] = useState<Me | null | undefined>(undefined);
  const [problem, setProblem] = useState<Text | null>(null);
  const look = () => {
    setProblem(null);
    call<Me>("GET", "/v1/me").then(setMe, (error: Problem) => {
      if (error.status === 401) setMe(null);
      else setProblem(error.text);
    });
  };
  useEffect(look, []);
  return (
    <main class="column stack">
      {refused && <Notice tone="look" title={t(VALIDATOR.keyRefused)} />}
      {problem && <Failure text={problem} again={look} />}
      {me === undefined && !problem && <p role="status">{t(SHARED.loading)}</p>}
      {me !== undefined && (me?.role === "operator" ? <Form onRegistered={onRegistered} me={me} /> : <SignInFirst />)}
    </main>
  );
}

function SignInFirst() {
  return (
    <>
      <h1>{t(VALIDATOR.signInTitle)}</h1>
      <p>{t(VALIDATOR.signInBody)}</p>
      <a class="button primary wide" href="/sign-in">{t(VALIDATOR.signIn)}</a>
    </>
  );
}

function Form({ me, onRegistered }: { me: Me; onRegistered: (validator: Validator) => void }) {
  const [problem, setProblem] = useState<Text | null>(null);
  const register = async (event: SubmitEvent) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get("name")).trim();
    try {
      const validator = await call<Validator>("POST", "/v1/operators/current/validators", { body: { name } });
      await keepValidator(validator);
      // The device stays with a driver: the staff session must not stay on it.
      await call<void>("DELETE", "/v1/sessions/current");
      onRegistered(validator);
    } catch (error) {
      setProblem(error instanceof Problem ? error.text : UNREACHABLE);
    }
  };
  return (
    <>
      <h1>{t(VALIDATOR.registerTitle)}</h1>
      <p>{t(VALIDATOR.registerBody)}</p>
      <p class="muted">{t(SHARED.signedInAs)}: {me.display_name}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <form class="stack" onSubmit={register}>
        <Field label={t(VALIDATOR.deviceName)} hint={t(VALIDATOR.deviceHint)} need="required">
          {(ids) => <input {...ids} name="name" autocomplete="off" required maxLength={80} />}
        </Field>
        <button class="button primary wide">{t(VALIDATOR.register)}</button>
      </form>
    </>
  );
}
