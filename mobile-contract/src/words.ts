// What a reader says when it cannot ask: refusals by their reason, and rider categories by their
// number in the certificate. Made by `teiki contract words` from the code; not edited by hand.
import type { Text } from "./problem.js";
import type { components } from "./schema.js";

export interface Category {
  readonly code: NonNullable<components["schemas"]["AuthorizationView"]["rider_category"]>;
  readonly name: Text;
}

/** A sentence for each reason: the cause, then what to do. */
export const REFUSALS: Readonly<Record<string, Text>> = {
  not_a_pass: { ja: "パスのコードではないので、パスの画面を開いてコードを見せてください。", en: "This is not a pass; open the pass page and show its code." },
  malformed_code: { ja: "コードを正しく読めないので、画面を明るくして、もう一度読み取ってください。", en: "The code cannot be read; make the screen brighter and scan it again." },
  unknown_issuer_key: { ja: "どこが出したパスか確認できないので、インターネットにつないで新しいパスを受け取ってください。", en: "The issuer of this pass is not known here; connect to the internet and fetch a new pass." },
  bad_certificate_signature: { ja: "本物のパスと確認できないので、料金を払って乗ってください。", en: "This pass cannot be shown to be genuine; pay the fare to ride." },
  certificate_not_yet_valid: { ja: "このパスはまだ使えないので、今日のパスを見せてください。", en: "This pass is not valid yet; show today's pass." },
  certificate_expired: { ja: "パスの期限が切れているので、インターネットにつないで新しいパスを受け取ってください。", en: "This pass has expired; connect to the internet and fetch a new pass." },
  bad_presentation_signature: { ja: "別のスマートフォンのコードかもしれないので、パスを受け取ったスマートフォンで見せてください。", en: "This code was not made by the phone that holds the pass; show it on that phone." },
  code_too_old: { ja: "コードが古いので、パスの画面を開いて今のコードを見せてください。", en: "This code is too old; open the pass page and show the current code." },
  code_from_future: { ja: "スマートフォンの時計が進んでいるので、時計を自動で合わせる設定にしてください。", en: "The phone's clock is ahead; set it to automatic time." },
  code_already_used: { ja: "このコードはもう使われたので、少し待って新しいコードを見せてください。", en: "This code has already been used; wait a moment and show the next one." },
  pass_back: { ja: "同じパスが少し前に使われたので、一人ずつ自分のパスを見せてください。", en: "This pass was used a moment ago; each rider must show their own pass." },
  pass_revoked: { ja: "このパスは止められているので、自分のページか窓口で新しいパスを受け取ってください。", en: "This pass has been stopped; get a new one on your page or at the desk." },
  card_unknown: { ja: "このカードは登録されていないので、料金を払うか、窓口でカードを登録してください。", en: "This card is not linked to a pass; pay the fare, or have it linked at the desk." },
  challenge_missing: { ja: "お客様が金額をまだ確認していないので、お客様のスマートフォンで確認してもらってください。", en: "The rider has not approved the amount; ask them to approve it on their phone." },
  challenge_mismatch: { ja: "お客様が確認した金額がこの乗車と違うので、もう一度確認してもらってください。", en: "What the rider approved does not match this ride; ask them to approve it again." },
  list_too_old: { ja: "止められたパスの一覧が古いので、この読み取り機をインターネットにつないでください。", en: "This reader's list of stopped passes is too old; connect the reader to the internet." },
  clock_not_set: { ja: "この読み取り機の時計が合っているかわからないので、インターネットにつないでください。", en: "This reader's clock may be wrong; connect the reader to the internet." },
  over_offline_cap: { ja: "インターネットなしで乗れる分を使い切ったので、料金を払うか、つながる場所で見せてください。", en: "This pass has no more rides here without network; pay the fare or show it where there is." },
  subscription_inactive: { ja: "プランが今は使えないので、自分のページか窓口でもう一度申し込んでください。", en: "The subscription is not active; renew it on your page or at the desk." },
  waiting_for_payment: { ja: "プランのお金がまだ払われていないので、払ってから乗ってください。", en: "The plan has not been paid for yet; pay for it before riding." },
  payment_late: { ja: "カードでの支払いがまだなので、自分のページで支払ってから乗ってください。", en: "The monthly charge has failed; pay it on your page before taking this kind of ride." },
  member_barred: { ja: "この人はこの乗り物に乗れない設定なので、プランのお金を払っている人に相談してください。", en: "This member may not use this transport; ask the person who pays for the plan." },
  mode_not_covered: { ja: "プランに入っていない乗り物なので、料金を払って乗ってください。", en: "The plan does not cover this transport; pay the fare to ride." },
  operator_not_covered: { ja: "プランに入っていない会社の乗り物なので、料金を払って乗ってください。", en: "The plan does not cover this operator; pay the fare to ride." },
  area_not_covered: { ja: "プランで乗れる地域の外なので、料金を払って乗ってください。", en: "The ride is outside the plan's area; pay the fare to ride." },
  area_unknown: { ja: "どこで乗るか送られていないので、乗る場所を入れてもう一度送ってください。", en: "The ride's place is missing; send it again with the place." },
  outside_service_time: { ja: "プランで乗れる日や時間ではないので、料金を払って乗ってください。", en: "The plan does not cover this day or time; pay the fare to ride." },
  too_many_companions: { ja: "プランでいっしょに乗れる人数より多いので、入らない人の料金を払ってください。", en: "The plan does not cover so many companions; pay the fare for the others." },
  amount_missing: { ja: "料金が送られていないので、料金を入れてもう一度送ってください。", en: "The fare is missing; send it again with the amount." },
  wrong_currency: { ja: "プランと違う通貨なので、プランの通貨でもう一度送ってください。", en: "The amount is not in the plan's currency; send it again in that currency." },
  over_ride_cap: { ja: "プランで乗れる1回の金額より高いので、料金を払って乗ってください。", en: "The fare is above the plan's limit for one ride; pay the fare to ride." },
  allowance_used_up: { ja: "プランで乗れる分を使い切ったので、料金を払って乗ってください。", en: "The plan's allowance for this period is used up; pay the fare to ride." },
  allowance_too_small: { ja: "プランの残りが足りないので、人数や距離を減らすか、料金を払って乗ってください。", en: "Too little of the plan is left for this ride; go with fewer people, less far, or pay." },
  unknown_stop: { ja: "停留所や駅がわからないので、番号を確かめてもう一度送ってください。", en: "This stop is not known; check its id and send it again." },
  unknown_route: { ja: "路線がわからないので、番号を確かめてもう一度送ってください。", en: "This route is not known; check its id and send it again." },
  unknown_trip: { ja: "便がわからないので、番号を確かめてもう一度送ってください。", en: "This trip is not known; check its id and send it again." },
  no_open_ride: { ja: "乗ったときの記録がないので、どこで乗ったか係の人に伝えてください。", en: "There is no record of boarding; tell the staff where you got on." },
  ride_already_open: { ja: "前に乗ったときの降りる記録がないので、係の人に伝えてください。", en: "An earlier ride is still open; tell the staff so that they can close it." },
  wrong_state: { ja: "この乗車では今その操作ができないので、乗車の状態を確かめてください。", en: "This cannot be done at this point of the ride; check the ride's state." },
  over_hold: { ja: "はじめに確保した金額より高いので、お客様に新しい金額を確認してもらってください。", en: "The amount is above the hold; ask the rider to approve the new amount." },
  hold_expired: { ja: "確保した金額の期限が切れたので、もう一度はじめから送ってください。", en: "The hold has lapsed; send a new one." },
  wrong_operator: { ja: "ほかの会社の乗車なので、その会社に連絡してください。", en: "This ride belongs to another operator; contact that operator." },
  wrong_reader: { ja: "別の読み取り機で始まった乗車なので、その読み取り機か事業者のシステムから送ってください。", en: "This ride began at another reader; send this from there or from the operator's system." },
  correction_too_late: { ja: "乗車を直せる時間が過ぎたので、窓口に連絡してください。", en: "The time to correct this ride is over; contact the town's desk." },
};

/** By the number that a certificate carries; one not listed counts as the first. */
export const CATEGORIES: readonly [Category, ...Category[]] = [
  { code: "adult", name: { ja: "一般", en: "Adult" } },
  { code: "child", name: { ja: "こども", en: "Child" } },
  { code: "student", name: { ja: "学生", en: "Student" } },
  { code: "senior", name: { ja: "高齢者", en: "Senior" } },
  { code: "disabled", name: { ja: "障がい者", en: "Disabled" } },
];
