// What the sign-in page says.
import type { Text } from "../shared/wire";

const text = (ja: string, en: string): Text => ({ ja, en });

export const SIGN_IN = {
  page: text("サインイン", "Sign in"),
  ready: text("サインインのリンクです", "Your sign-in link"),
  readyBody: text(
    "下のボタンを押すと、この端末でサインインします。リンクは1回だけ使えます。",
    "Press the button to sign in on this device. The link works once.",
  ),
  signIn: text("サインインする", "Sign in"),
  needLink: text("リンクが必要です", "You need a link"),
  needLinkBody: text(
    "住民の人は窓口で、職員の人は管理者から、サインインのリンクをもらってください。パスワードはありません。",
    "Residents get a sign-in link at the desk, staff from their administrator. There are no passwords.",
  ),
  paste: text("リンクをここに貼る", "Paste your link here"),
  noToken: text("リンクが正しくありません。もう一度コピーしてください。", "That is not a sign-in link. Copy it again."),
  signedIn: (name: string) => text(`${name} さん、サインインしました`, `Signed in as ${name}`),
  goOn: text("進む", "Continue"),
  noPage: text(
    "窓口の仕事は teiki コマンドと窓口の API で行います。この役割のページはまだありません。",
    "Desk work is done with the teiki command and the desk API. This role has no page yet.",
  ),
  join: text("はじめての人", "New here?"),
  joinLink: text("住民として登録する", "Join as a resident"),
} as const;
