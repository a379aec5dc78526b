// Words that more than one page says.
import type { Mode, Text } from "./wire";

const text = (ja: string, en: string): Text => ({ ja, en });

export const UNREACHABLE = text(
  "サーバーにつながりません。電波やネットワークを確かめてください。",
  "The server cannot be reached. Check your connection.",
);

export const MODE_NAMES: Record<Mode, Text> = {
  bus: text("バス", "Bus"),
  rail: text("電車", "Rail"),
  taxi: text("タクシー", "Taxi"),
  rideshare: text("ライドシェア", "Rideshare"),
  on_demand: text("予約バス", "On-demand bus"),
};

export const SHARED = {
  language: text("English", "日本語"),
  languageLabel: text("Switch to English", "日本語に切り替える"),
  simulated: text("シミュレーション", "Simulated"),
  simulatedNote: text(
    "シミュレーション: 利用者と乗車は作りものです",
    "Simulated: pass-holders and rides are made up",
  ),
  loading: text("読み込んでいます", "Loading"),
  again: text("もう一度", "Try again"),
  sources: text("データの出典", "Data sources"),
  licence: text("ライセンス", "Licence"),
  required: text("必須", "Required"),
  optional: text("任意", "Optional"),
  back: text("もどる", "Back"),
  close: text("とじる", "Close"),
  cancel: text("やめる", "Cancel"),
  signOut: text("サインアウト", "Sign out"),
  signedInAs: text("サインイン中", "Signed in as"),
  insecureTitle: text("このアドレスでは使えません", "This address cannot be used"),
  insecure: text(
    "カメラと暗号の鍵は、https:// で始まるアドレス（または localhost）でだけ使えます。https:// で開き直してください。",
    "Browsers allow the camera and cryptographic keys only on https:// addresses (or localhost). Open this page again with https://.",
  ),
} as const;
