"""Why was a ride refused, and what can the person in front of the reader do about it?

Sentences are one each, in plain Japanese (yasashii nihongo) and English: the cause, then the act.
"""

# ruff: noqa: S105 - a pass is what a rider shows; none of these is a password.

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Japanese and English."""

    ja: str
    en: str


class Reason(StrEnum):
    """A refusal code; part of the contract with readers, so a code is never renamed."""

    # The code on the screen.
    NOT_A_PASS = "not_a_pass"
    MALFORMED_CODE = "malformed_code"
    UNKNOWN_ISSUER_KEY = "unknown_issuer_key"
    BAD_CERTIFICATE_SIGNATURE = "bad_certificate_signature"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_EXPIRED = "certificate_expired"
    BAD_PRESENTATION_SIGNATURE = "bad_presentation_signature"
    CODE_TOO_OLD = "code_too_old"
    CODE_FROM_FUTURE = "code_from_future"
    CODE_ALREADY_USED = "code_already_used"
    PASS_BACK = "pass_back"
    PASS_REVOKED = "pass_revoked"
    CARD_UNKNOWN = "card_unknown"
    CHALLENGE_MISSING = "challenge_missing"
    CHALLENGE_MISMATCH = "challenge_mismatch"
    # The reader, while it can't ask the server.
    LIST_TOO_OLD = "list_too_old"
    CLOCK_NOT_SET = "clock_not_set"
    OVER_OFFLINE_CAP = "over_offline_cap"
    # The plan and the subscription.
    SUBSCRIPTION_INACTIVE = "subscription_inactive"
    WAITING_FOR_PAYMENT = "waiting_for_payment"
    PAYMENT_LATE = "payment_late"
    MEMBER_BARRED = "member_barred"
    MODE_NOT_COVERED = "mode_not_covered"
    OPERATOR_NOT_COVERED = "operator_not_covered"
    AREA_NOT_COVERED = "area_not_covered"
    AREA_UNKNOWN = "area_unknown"
    OUTSIDE_SERVICE_TIME = "outside_service_time"
    TOO_MANY_COMPANIONS = "too_many_companions"
    AMOUNT_MISSING = "amount_missing"
    WRONG_CURRENCY = "wrong_currency"
    OVER_RIDE_CAP = "over_ride_cap"
    ALLOWANCE_USED_UP = "allowance_used_up"
    ALLOWANCE_TOO_SMALL = "allowance_too_small"
    # The ride.
    UNKNOWN_STOP = "unknown_stop"
    UNKNOWN_ROUTE = "unknown_route"
    UNKNOWN_TRIP = "unknown_trip"
    NO_OPEN_RIDE = "no_open_ride"
    RIDE_ALREADY_OPEN = "ride_already_open"
    WRONG_STATE = "wrong_state"
    OVER_HOLD = "over_hold"
    HOLD_EXPIRED = "hold_expired"
    WRONG_OPERATOR = "wrong_operator"
    WRONG_READER = "wrong_reader"
    CORRECTION_TOO_LATE = "correction_too_late"


@dataclass(frozen=True, slots=True)
class Refused:
    """An expected "no": a value, because a validator must act on it.

    `rule` names what decided, for the rider, the driver and the auditor ("allowance:taxi-rides").
    """

    reason: Reason
    rule: str


MESSAGES: dict[Reason, Text] = {
    Reason.NOT_A_PASS: Text(
        "パスのコードではないので、パスの画面を開いてコードを見せてください。",
        "This is not a pass; open the pass page and show its code.",
    ),
    Reason.MALFORMED_CODE: Text(
        "コードを正しく読めないので、画面を明るくして、もう一度読み取ってください。",
        "The code cannot be read; make the screen brighter and scan it again.",
    ),
    Reason.UNKNOWN_ISSUER_KEY: Text(
        "どこが出したパスか確認できないので、インターネットにつないで新しいパスを受け取ってください。",
        "The issuer of this pass is not known here; connect to the internet and fetch a new pass.",
    ),
    Reason.BAD_CERTIFICATE_SIGNATURE: Text(
        "本物のパスと確認できないので、料金を払って乗ってください。",
        "This pass cannot be shown to be genuine; pay the fare to ride.",
    ),
    Reason.CERTIFICATE_NOT_YET_VALID: Text(
        "このパスはまだ使えないので、今日のパスを見せてください。",
        "This pass is not valid yet; show today's pass.",
    ),
    Reason.CERTIFICATE_EXPIRED: Text(
        "パスの期限が切れているので、インターネットにつないで新しいパスを受け取ってください。",
        "This pass has expired; connect to the internet and fetch a new pass.",
    ),
    Reason.BAD_PRESENTATION_SIGNATURE: Text(
        "別のスマートフォンのコードかもしれないので、パスを受け取ったスマートフォンで見せてください。",
        "This code was not made by the phone that holds the pass; show it on that phone.",
    ),
    Reason.CODE_TOO_OLD: Text(
        "コードが古いので、パスの画面を開いて今のコードを見せてください。",
        "This code is too old; open the pass page and show the current code.",
    ),
    Reason.CODE_FROM_FUTURE: Text(
        "スマートフォンの時計が進んでいるので、時計を自動で合わせる設定にしてください。",
        "The phone's clock is ahead; set it to automatic time.",
    ),
    Reason.CODE_ALREADY_USED: Text(
        "このコードはもう使われたので、少し待って新しいコードを見せてください。",
        "This code has already been used; wait a moment and show the next one.",
    ),
    Reason.PASS_BACK: Text(
        "同じパスが少し前に使われたので、一人ずつ自分のパスを見せてください。",
        "This pass was used a moment ago; each rider must show their own pass.",
    ),
    Reason.PASS_REVOKED: Text(
        "このパスは止められているので、自分のページか窓口で新しいパスを受け取ってください。",
        "This pass has been stopped; get a new one on your page or at the desk.",
    ),
    Reason.CARD_UNKNOWN: Text(
        "このカードは登録されていないので、料金を払うか、窓口でカードを登録してください。",
        "This card is not linked to a pass; pay the fare, or have it linked at the desk.",
    ),
    Reason.CHALLENGE_MISSING: Text(
        "お客様が金額をまだ確認していないので、お客様のスマートフォンで確認してもらってください。",
        "The rider has not approved the amount; ask them to approve it on their phone.",
    ),
    Reason.CHALLENGE_MISMATCH: Text(
        "お客様が確認した金額がこの乗車と違うので、もう一度確認してもらってください。",
        "What the rider approved does not match this ride; ask them to approve it again.",
    ),
    Reason.LIST_TOO_OLD: Text(
        "止められたパスの一覧が古いので、この読み取り機をインターネットにつないでください。",
        "This reader's list of stopped passes is too old; connect the reader to the internet.",
    ),
    Reason.CLOCK_NOT_SET: Text(
        "この読み取り機の時計が合っているかわからないので、インターネットにつないでください。",
        "This reader's clock may be wrong; connect the reader to the internet.",
    ),
    Reason.OVER_OFFLINE_CAP: Text(
        "インターネットなしで乗れる分を使い切ったので、料金を払うか、つながる場所で見せてください。",
        "This pass has no more rides here without network; pay the fare or show it where there is.",
    ),
    Reason.SUBSCRIPTION_INACTIVE: Text(
        "プランが今は使えないので、自分のページか窓口でもう一度申し込んでください。",
        "The subscription is not active; renew it on your page or at the desk.",
    ),
    Reason.WAITING_FOR_PAYMENT: Text(
        "プランのお金がまだ払われていないので、払ってから乗ってください。",
        "The plan has not been paid for yet; pay for it before riding.",
    ),
    Reason.PAYMENT_LATE: Text(
        "カードでの支払いがまだなので、自分のページで支払ってから乗ってください。",
        "The monthly charge has failed; pay it on your page before taking this kind of ride.",
    ),
    Reason.MEMBER_BARRED: Text(
        "この人はこの乗り物に乗れない設定なので、プランのお金を払っている人に相談してください。",
        "This member may not use this transport; ask the person who pays for the plan.",
    ),
    Reason.MODE_NOT_COVERED: Text(
        "プランに入っていない乗り物なので、料金を払って乗ってください。",
        "The plan does not cover this transport; pay the fare to ride.",
    ),
    Reason.OPERATOR_NOT_COVERED: Text(
        "プランに入っていない会社の乗り物なので、料金を払って乗ってください。",
        "The plan does not cover this operator; pay the fare to ride.",
    ),
    Reason.AREA_NOT_COVERED: Text(
        "プランで乗れる地域の外なので、料金を払って乗ってください。",
        "The ride is outside the plan's area; pay the fare to ride.",
    ),
    Reason.AREA_UNKNOWN: Text(
        "どこで乗るか送られていないので、乗る場所を入れてもう一度送ってください。",
        "The ride's place is missing; send it again with the place.",
    ),
    Reason.OUTSIDE_SERVICE_TIME: Text(
        "プランで乗れる日や時間ではないので、料金を払って乗ってください。",
        "The plan does not cover this day or time; pay the fare to ride.",
    ),
    Reason.TOO_MANY_COMPANIONS: Text(
        "プランでいっしょに乗れる人数より多いので、入らない人の料金を払ってください。",
        "The plan does not cover so many companions; pay the fare for the others.",
    ),
    Reason.AMOUNT_MISSING: Text(
        "料金が送られていないので、料金を入れてもう一度送ってください。",
        "The fare is missing; send it again with the amount.",
    ),
    Reason.WRONG_CURRENCY: Text(
        "プランと違う通貨なので、プランの通貨でもう一度送ってください。",
        "The amount is not in the plan's currency; send it again in that currency.",
    ),
    Reason.OVER_RIDE_CAP: Text(
        "プランで乗れる1回の金額より高いので、料金を払って乗ってください。",
        "The fare is above the plan's limit for one ride; pay the fare to ride.",
    ),
    Reason.ALLOWANCE_USED_UP: Text(
        "プランで乗れる分を使い切ったので、料金を払って乗ってください。",
        "The plan's allowance for this period is used up; pay the fare to ride.",
    ),
    Reason.ALLOWANCE_TOO_SMALL: Text(
        "プランの残りが足りないので、人数や距離を減らすか、料金を払って乗ってください。",
        "Too little of the plan is left for this ride; go with fewer people, less far, or pay.",
    ),
    Reason.UNKNOWN_STOP: Text(
        "停留所や駅がわからないので、番号を確かめてもう一度送ってください。",
        "This stop is not known; check its id and send it again.",
    ),
    Reason.UNKNOWN_ROUTE: Text(
        "路線がわからないので、番号を確かめてもう一度送ってください。",
        "This route is not known; check its id and send it again.",
    ),
    Reason.UNKNOWN_TRIP: Text(
        "便がわからないので、番号を確かめてもう一度送ってください。",
        "This trip is not known; check its id and send it again.",
    ),
    Reason.NO_OPEN_RIDE: Text(
        "乗ったときの記録がないので、どこで乗ったか係の人に伝えてください。",
        "There is no record of boarding; tell the staff where you got on.",
    ),
    Reason.RIDE_ALREADY_OPEN: Text(
        "前に乗ったときの降りる記録がないので、係の人に伝えてください。",
        "An earlier ride is still open; tell the staff so that they can close it.",
    ),
    Reason.WRONG_STATE: Text(
        "この乗車では今その操作ができないので、乗車の状態を確かめてください。",
        "This cannot be done at this point of the ride; check the ride's state.",
    ),
    Reason.OVER_HOLD: Text(
        "はじめに確保した金額より高いので、お客様に新しい金額を確認してもらってください。",
        "The amount is above the hold; ask the rider to approve the new amount.",
    ),
    Reason.HOLD_EXPIRED: Text(
        "確保した金額の期限が切れたので、もう一度はじめから送ってください。",
        "The hold has lapsed; send a new one.",
    ),
    Reason.WRONG_OPERATOR: Text(
        "ほかの会社の乗車なので、その会社に連絡してください。",
        "This ride belongs to another operator; contact that operator.",
    ),
    Reason.WRONG_READER: Text(
        "別の読み取り機で始まった乗車なので、その読み取り機か事業者のシステムから送ってください。",
        "This ride began at another reader; send this from there or from the operator's system.",
    ),
    Reason.CORRECTION_TOO_LATE: Text(
        "乗車を直せる時間が過ぎたので、窓口に連絡してください。",
        "The time to correct this ride is over; contact the town's desk.",
    ),
}
