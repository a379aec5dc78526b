// What the resident page says. The Japanese is plain on purpose (やさしい日本語):
// short sentences, everyday words, one thing asked at a time.
import type { Text } from "../shared/wire";

const text = (ja: string, en: string): Text => ({ ja, en });

export const APP = {
  page: text("パス", "Pass"),

  step: (at: number) => text(`3つのうち${at}つ目`, `Step ${at} of 3`),
  nameTitle: text("あなたの名前を教えてください", "What is your name?"),
  name: text("名前", "Name"),
  nameHint: text("窓口で名前を呼ぶときに使います。", "Used when you are called at the desk."),
  email: text("メールアドレス", "E-mail address"),
  emailHint: text("なくてもはじめられます。", "You can join without one."),
  nameMissing: text("名前を書いてください。", "Enter your name."),
  next: text("次へ", "Continue"),
  haveLink: text("もう登録した人", "Already joined?"),
  haveLinkBody: text(
    "窓口で「サインインのリンクをください」と言ってください。",
    "Ask the desk for a sign-in link for this device.",
  ),
  openLink: text("リンクを持っています", "I have a link"),

  planTitle: text("プランを選んでください", "Choose your plan"),
  choosePlan: text("このプランにする", "Take this plan"),
  noPlans: text("今は申し込めるプランがありません。", "No plan is on sale at the moment."),

  payTitle: text("窓口でお金を払ってください", "Pay at the desk"),
  payBody: text(
    "この番号を窓口の人に見せてください。払い終わると、この画面は自動で変わります。",
    "Show this number at the desk. This page changes by itself once you have paid.",
  ),
  residentNumber: text("あなたの番号", "Your resident number"),
  amountDue: text("払うお金", "Amount to pay"),
  waiting: text("支払いを待っています", "Waiting for payment"),

  tabs: {
    pass: text("パス", "Pass"),
    rides: text("乗った記録", "My rides"),
    plan: text("プラン", "Plan"),
    privacy: text("設定", "Settings"),
  },

  covered: text("使えます", "You can ride"),
  coveredBody: (plan: string, until: string) =>
    text(`プラン「${plan}」に入っています。このパスは ${until} まで。`, `Covered by “${plan}”. This pass lasts until ${until}.`),
  notCovered: text("今は使えません", "Not valid now"),
  ahead: text("ネットなしで使えるのは", "Without network"),
  aheadBody: (until: string) => text(
    `${until} まで。それまでに一度ネットにつないでください。`,
    `until ${until}. Go online once before then.`,
  ),
  offline: text("ネットにつながっていません", "No network"),
  offlineBody: text("パスはこのまま使えます。", "Your pass works all the same."),
  runOut: text(
    "この端末のパスが終わりました。ネットにつないで、新しいパスを受け取ってください。",
    "The passes on this phone have run out. Go online to fetch new ones.",
  ),
  clockSetBack: text(
    "この端末の時計が戻されています。ネットにつないでください。",
    "This phone's clock was set back. Go online, so that it can be set right.",
  ),
  takeOver: text("このスマートフォンに切り替える", "Switch to this phone"),
  preparing: text("パスを用意しています", "Preparing your pass"),
  codeLabel: text("乗るときに見せるコード", "The code to show when you board"),
  approveTitle: text("この料金でよろしいですか", "Is this the price?"),
  approveOperator: (operator: string) => text(`事業者: ${operator}`, `Operator: ${operator}`),
  approveBody: text(
    "運転手さんの言う料金と同じなら、下のボタンを押してください。ちがうときは「やめる」を押してください。",
    "Press the button if this is the price that the driver told you. If not, cancel.",
  ),
  approve: (price: string) => text(`${price} を認める`, `Approve ${price}`),
  approved: text("運転手さんにこの画面を見せてください。", "Show this screen to the driver."),
  approvedLabel: text("料金を認めたコード", "The code that approves the price"),
  lastRenewed: text("コードを新しくした時刻", "Code renewed at"),
  timeNow: text("今の時刻", "Time now"),
  category: text("区分", "Category"),
  areas: text("使えるところ", "Where"),
  modes: text("使える乗り物", "What you can ride"),
  everyArea: text("すべてのエリア", "Every area"),

  leftTitle: text("残り", "What is left"),
  leftRides: (left: string, limit: string) => text(`あと ${left} 回（${limit} 回のうち）`, `${left} of ${limit} rides left`),
  leftAmount: (left: string, limit: string) => text(`あと ${left}（${limit} のうち）`, `${left} of ${limit} left`),
  until: (date: string) => text(`${date}まで`, `until ${date}`),
  unlimited: text("何回でも乗れます", "As often as you like"),
  usedUp: text("全部使いました", "Used up"),

  ridesTitle: text("乗った記録", "My rides"),
  noRides: text("まだ乗っていません。", "No rides yet."),
  worth: text("パスがないときの料金", "Without the pass"),
  worthUnknown: text("料金は分かりません", "Fare not known"),
  worthTotal: (count: string) => text(`${count}回分の、パスがないときの料金`, `What these ${count} rides would have cost`),
  worthMissing: (count: string) => text(`ほかに、料金が分からない乗車が ${count} 回あります。`, `Plus ${count} rides whose fare is not known.`),
  youPay: text("あなたが払うお金", "You pay"),
  boarded: (at: string) => text(`${at} 乗車`, `boarded ${at}`),

  coveredAsk: text("乗る前に聞く：このパスで乗れますか", "Am I covered? Ask before you go"),
  coveredMode: text("何に乗りますか", "By what?"),
  coveredArea: text("どこで乗りますか", "Where?"),
  coveredAnywhere: text("決めていません", "Not decided"),
  coveredPrice: (currency: string) => text(`だいたいの料金（${currency}）`, `Expected price (${currency})`),
  coveredWhen: text("いつ乗りますか", "When?"),
  coveredNow: text("今なら、書かなくていいです。", "Leave it empty for now."),
  coveredGo: text("聞く", "Ask"),
  coveredNobody: text("この乗り物の会社はありません。", "No operator here has that."),
  coveredNo: text("このパスでは乗れません", "Not covered"),
  coveredFree: text("お金はかかりません。", "You pay nothing."),
  coveredPay: (amount: string) => text(`あなたは ${amount} を払います。`, `You pay ${amount}.`),

  planNow: text("あなたのプラン", "Your plan"),
  status: text("状態", "Status"),
  period: text("期間", "Period"),
  payment: text("支払い", "Payment"),
  paid: text("支払いは終わっています", "Paid"),
  due: (amount: string) => text(`${amount} を窓口で払ってください`, `Pay ${amount} at the desk`),
  leave: text("プランをやめる", "Leave the plan"),
  leaveBody: (date: string) => text(`${date}までは使えます。そのあと、お金はかかりません。`, `You can ride until ${date}. After that you pay nothing.`),
  leaveNow: text("やめたあとは使えません。もう一度申し込むことができます。", "The pass stops at once. You can join again at any time."),
  leaveConfirm: text("やめる", "Leave"),
  leaveKeep: text("続ける", "Stay"),
  leaving: (date: string) => text(`${date}で終わります。`, `Ends on ${date}.`),
  capPays: (mode: string, amount: string) => text(`${mode}: 1回 ${amount} まで。こえた分は自分で払います。`, `${mode}: up to ${amount} a ride; you pay what is above.`),
  capRefuses: (mode: string, amount: string) => text(`${mode}: 1回 ${amount} まで。`, `${mode}: up to ${amount} a ride.`),
  allowanceRides: (mode: string, limit: string) => text(`${mode}: ${limit} 回`, `${mode}: ${limit} rides`),
  allowanceAmount: (mode: string, limit: string) => text(`${mode}: ${limit} 分`, `${mode}: ${limit}`),

  privacyTitle: text("プライバシーと設定", "Privacy and settings"),
  consent: text("移動の統計に協力する", "Help with travel statistics"),
  consentBody: text(
    "「はい」にすると、乗った場所（約1kmのます目）と時間（15分ごと）を、名前なしで町の計画に使います。いつでも止められます。料金は変わりません。",
    "If on, where (squares of about 1 km) and when (steps of 15 minutes) you ride helps the town plan, without your name. Switch it off whenever you like. It changes nothing in what you pay.",
  ),
  lookupsTitle: text("あなたの情報を見た人", "Who looked you up"),
  lookupsNone: text("だれも見ていません。", "Nobody has."),
  lookupsBody: text("職員があなたの情報を見ると、ここに必ず出ます。", "Whenever staff look at your record, a line appears here."),
  keptTitle: text("残している情報", "What is kept"),
  kept: [
    text("名前と、教えてもらった連絡先。", "Your name, and the contact that you gave."),
    text("プランと支払いの記録。", "Your plan and your payments."),
    text("乗った記録（日、会社、乗り物、停留所、時刻、料金）。", "Your rides: day, operator, vehicle, stops, times and fare."),
    text("運転手や会社には、あなたの名前も番号も送りません。コードの番号は毎日変わります。", "Drivers and operators get neither your name nor your number. The number inside your code changes every day."),
    text("パスの鍵はこの端末の中だけにあります。外には出せません。", "The key of your pass stays inside this device and cannot be copied out."),
  ],
  lostTitle: text("スマートフォンをなくしたとき", "If your phone is gone"),
  lostBody: text(
    "なくしたスマートフォンのパスを、すぐに止めます。ほかの端末からはサインアウトします。窓口でもできます。",
    "Stops the passes on it at once, and signs every other browser out. The desk can do it too.",
  ),
  lost: text("スマートフォンをなくしました", "My phone is gone"),
  lostConfirm: text("パスを止める", "Stop the passes"),
  lostKeep: text("止めない", "Keep them"),
  lostDone: (count: string) => text(`パスを ${count} 枚止めました`, `${count} passes stopped`),
  lostNext: text(
    "新しいスマートフォンでこのページを開くと、パスを受け取れます。",
    "Open this page on your next phone to have passes there.",
  ),
  signOutBody: text("この端末からパスを消します。", "Removes the pass from this device."),
  wrongRole: (role: string) => text(`あなたは「${role}」としてサインインしています。このページは住民のためのページです。`, `You are signed in as ${role}. This page is for residents.`),
} as const;

export const STATUSES: Record<string, Text> = {
  incomplete: text("支払い待ち", "Waiting for payment"),
  incomplete_expired: text("申し込みの期限が切れました", "Not paid in time"),
  trialing: text("おためし中", "Trial"),
  active: text("使えます", "Active"),
  past_due: text("支払いが遅れています", "Payment overdue"),
  canceled: text("やめました", "Ended"),
  unpaid: text("支払いがありません", "Unpaid"),
  paused: text("お休み中", "Paused"),
};

export const PERIODS: Record<string, Text> = {
  day: text("1日", "a day"),
  week: text("1週間", "a week"),
  month: text("1か月", "a month"),
  subscription: text("契約中", "the whole subscription"),
};

export const RIDE_STATUSES: Record<string, Text> = {
  authorized: text("乗っています", "In progress"),
  captured: text("おわり", "Completed"),
  voided: text("とりけし", "Cancelled"),
  expired: text("期限切れ", "Expired"),
};

export const STAFF_ROLES: Record<string, Text> = {
  desk: text("窓口", "Desk"),
  operator: text("交通会社", "Operator"),
  planner: text("計画担当", "Planner"),
  admin: text("管理者", "Administrator"),
  resident: text("住民", "Resident"),
};

export const PURPOSES: Record<string, Text> = {
  counter: text("窓口での手続き", "Helping you at the desk"),
  payment: text("支払いの受け取り", "Taking your payment"),
  lost_phone: text("なくしたスマートフォンを止める", "Stopping your lost phone"),
  lost_card: text("なくしたカードを止める", "Stopping your lost card"),
  lost_paper: text("なくした紙のパスを止める", "Stopping your lost paper pass"),
  card: text("カードの登録", "Linking your card"),
  paper: text("紙のパスの印刷", "Printing your paper pass"),
  marked_pass: text("返金を求められたパスの確認", "Checking a pass that was marked"),
  enrolment: text("窓口での登録", "Enrolling you at the desk"),
  plan: text("窓口でのプランの申込み", "Choosing your plan at the desk"),
  attestation: text("割引の確認", "Checking your concession"),
  rides: text("乗車の記録の印刷", "Printing your rides"),
  reversal: text("支払いの取り消し", "Giving a payment back"),
};
