// Words that more than one page says.
import type { Mode, Text } from "./wire";

const text = (ja: string, en: string): Text => ({ ja, en });

const MODE_NAMES: Record<Mode, Text> = {
  bus: text("バス", "Bus"),
  rail: text("電車", "Rail"),
  taxi: text("タクシー", "Taxi"),
  rideshare: text("ライドシェア", "Rideshare"),
  on_demand: text("予約バス", "On-demand bus"),
};

export const MODES = Object.keys(MODE_NAMES) as Mode[];

/** Whether a meter makes the price of a ride. */
export function isMetered(mode: Mode): boolean {
  return mode === "taxi" || mode === "rideshare";
}

/** Whether this page knows a mode that the API names. */
export function isMode(name: string): name is Mode {
  return name in MODE_NAMES;
}

/** Words for a code; a code that a newer API has and this page does not know stays as it is. */
export function named(names: Readonly<Record<string, Text>>, code: string): Text {
  return names[code] ?? { ja: code, en: code };
}

export function modeName(mode: string): Text {
  return named(MODE_NAMES, mode);
}

export const SHARED = {
  language: text("English", "日本語"),
  simulatedNote: text(
    "シミュレーション: 利用者と乗車は作りものです",
    "Simulated: riders and rides are made up",
  ),
  simulated: text("シミュレーション", "Simulated"),
  loading: text("読み込んでいます", "Loading"),
  again: text("もう一度", "Try again"),
  sources: text("データの出典", "Data sources"),
  required: text("必須", "Required"),
  optional: text("任意", "Optional"),
  close: text("とじる", "Close"),
  cancel: text("やめる", "Cancel"),
  signOut: text("サインアウト", "Sign out"),
  signedInAs: text("サインイン中", "Signed in as"),
  unreachable: text(
    "サーバーにつながりません。電波やネットワークを確かめてください。",
    "The server cannot be reached. Check your connection.",
  ),
  unreadable: (status: number) =>
    text(`サーバーの返事が分かりません（${status}）。`, `The server's answer cannot be read (${status}).`),
  broken: (why: string) =>
    text(`この端末では、うまくいきませんでした（${why}）。`, `This did not work on this device (${why}).`),
  insecureTitle: text("このアドレスでは使えません", "This address cannot be used"),
  insecure: text(
    "カメラと暗号の鍵は、https:// で始まるアドレス（または localhost）でだけ使えます。https:// で開き直してください。",
    "Browsers allow the camera and cryptographic keys only on https:// addresses (or localhost). Open this page again with https://.",
  ),
} as const;
