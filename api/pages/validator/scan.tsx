// One scan after another: code in, answer out, next.
import { mayRetry } from "@teiki/mobile-contract";
import { useState } from "preact/hooks";
import { Icon } from "../shared/icons";
import { t } from "../shared/language";
import { isStatus, wordsOf } from "../shared/api";
import { SHARED } from "../shared/strings";
import type { Text } from "../shared/wire";
import { Answer, Undecided } from "./answer";
import type { Attempt } from "./attempt";
import { type Decision, NotKeptError } from "./decide";
import type { Setup } from "./device";
import { Scanner } from "./scanner";
import { VALIDATOR } from "./strings";

type State =
  | { at: "looking" }
  | { at: "asking" }
  | { at: "answered"; answer: Decision }
  | { at: "undecided"; problem: Text; pending: Attempt<Decision> | null };

/** Actions at the end of a ride, where nobody is let on. */
const LEAVING = new Set<Setup["action"]>(["tap_off", "gate_out"]);

interface Props {
  setup: Setup;
  /** Whether the rider is at the end of a ride, where nobody is let on. */
  leaving?: boolean;
  /** How a code is decided. */
  ask: (code: string) => Attempt<Decision>;
  /** Called with each answer, as soon as it is shown. */
  onDecided?: (answer: Decision) => void;
  /** Called when an answer has been seen, before the next scan. */
  onSeen?: (answer: Decision) => void;
  /** The device's key no longer works. */
  onKeyRefused: () => void;
}

export function Scan({ setup, leaving = LEAVING.has(setup.action), ask, onDecided, onSeen, onKeyRefused }: Props) {
  const [state, setState] = useState<State>({ at: "looking" });
  const [pasting, setPasting] = useState(false);
  const look = () => setState({ at: "looking" });

  const send = async (pending: Attempt<Decision>) => {
    setState({ at: "asking" });
    try {
      const answer = await pending();
      setState({ at: "answered", answer });
      onDecided?.(answer);
    } catch (error) {
      if (isStatus(error, 401)) return onKeyRefused();
      const notKept = error instanceof NotKeptError;
      const problem = notKept ? VALIDATOR.notKept : wordsOf(error);
      setState({ at: "undecided", problem, pending: notKept || mayRetry(error) ? pending : null });
    }
  };
  const submit = (code: string) => send(ask(code));
  const next = () => {
    if (state.at === "answered") onSeen?.(state.answer);
    look();
  };

  const pending = state.at === "undecided" ? state.pending : null;
  const again = pending && (() => void send(pending));

  return (
    <div class={pasting ? "scan pasting" : "scan"}>
      <Scanner facing={setup.facing} paused={state.at !== "looking"} onCode={submit} />
      {pasting
        ? <Paste onCode={submit} onClose={() => setPasting(false)} />
        : (
          <button type="button" class="button big" onClick={() => setPasting(true)}>
            <Icon name="paste" />{t(VALIDATOR.paste)}
          </button>
        )}
      {state.at === "asking" && <p class="checking" role="status">{t(VALIDATOR.checking)}</p>}
      {state.at === "answered" && <Answer answer={state.answer} leaving={leaving} onNext={next} />}
      {state.at === "undecided" && (
        <Undecided problem={state.problem} onGiveUp={look} onAgain={again} />
      )}
    </div>
  );
}

/** For a device without a camera. Spaces inside a code mean something: only line ends go. */
function Paste({ onCode, onClose }: { onCode: (code: string) => void; onClose: () => void }) {
  const read = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const code = String(new FormData(form).get("code")).replace(/[\r\n]+$/, "");
    form.reset();
    if (code) onCode(code);
  };
  return (
    <form class="paste stack tight" onSubmit={read}>
      <label class="label" for="code">{t(VALIDATOR.pasteLabel)}</label>
      <textarea id="code" name="code" rows={3} autocomplete="off" spellcheck={false} required />
      <div class="row">
        <button class="button primary big grow">{t(VALIDATOR.check)}</button>
        <button type="button" class="button big" onClick={onClose}>{t(SHARED.close)}</button>
      </div>
    </form>
  );
}
