// Makes this device a validator of an operator: once, by a member of its staff.
import { createDeviceKey, toBase64Url } from "@teiki/mobile-contract/pass";
import { api, nullOn } from "../shared/api";
import { t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { Field, Notice } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { Me } from "../shared/wire";
import { keepRegistration, type Registration } from "./device";
import { VALIDATOR } from "./strings";

export function Register({ refused, onRegistered }: {
  /** Whether a key that was kept no longer works. */
  refused: boolean;
  onRegistered: (registration: Registration) => void;
}) {
  const { value, problem, again } = useLoaded(async () => ({ me: await nullOn(401, api.get("/v1/me")) }));
  return (
    <main class="column stack">
      {refused && <Notice tone="look" title={t(VALIDATOR.keyRefused)} />}
      {problem && <Failure text={problem} again={again} />}
      {!value && !problem && <p role="status">{t(SHARED.loading)}</p>}
      {value && (value.me?.role === "operator"
        ? <Form onRegistered={onRegistered} me={value.me} />
        : <SignInFirst />)}
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

function Form({ me, onRegistered }: { me: Me; onRegistered: (registration: Registration) => void }) {
  const { busy, problem, run } = useDoing();
  const register = (event: SubmitEvent) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get("name")).trim();
    run(async () => {
      const key = await createDeviceKey();
      const body = { name, public_key: toBase64Url(key.publicKey) };
      const registration = { validator: await api.post("/v1/operators/current/validators", { body }), key };
      await keepRegistration(registration);
      // Records of rides must not be what a browser drops first when its disk is full.
      await navigator.storage?.persist?.();
      // The device stays with a driver: the staff session must not stay on it.
      await api.delete("/v1/sessions/current");
      onRegistered(registration);
    });
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
        <button class="button primary wide" disabled={busy}>{t(VALIDATOR.register)}</button>
      </form>
    </>
  );
}
