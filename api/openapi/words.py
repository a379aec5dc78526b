"""What each field of the contract means: one word, one meaning, wherever it stands.

`Shape.field` says what a word means in that shape, where the shape narrows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from api.auth.service import STAFF_ROLES
from api.billing.changes import Timing
from api.categories import CATEGORY_NAMES
from api.counter.attestations import Outcome
from fares.entitlements import Status
from fares.lines import Above, Period, Refund, Unit
from fares.modes import Mode
from fares.offline.entries import Bearer
from fares.reasons import Reason
from fares.rides import LegState, RideStatus


@dataclass(frozen=True, slots=True)
class Word:
    """A field's meaning, and the values it can have where these are few."""

    meaning: str
    values: tuple[str, ...] = ()


def _values(choices: type[StrEnum]) -> tuple[str, ...]:
    return tuple(choice.value for choice in choices)


_CATEGORY = tuple(CATEGORY_NAMES)
_TAP_OFF = ("none", "optional", "required")

WORDS: dict[str, Word] = {
    "above": Word("What happens to a price above the cap.", _values(Above)),
    "action": Word("What the rider does, or the operator's system for them."),
    "CorrectionView.action": Word("Whether the ride was adjusted or taken back."),
    "after": Word("What it is since; null where nothing is known."),
    "alighting_stop_id": Word("Where the rider got off, when it was tapped."),
    "alighting_stop_name": Word("Where the ride ended, when it was tapped and is not yet cleared."),
    "allowance_id": Word("The allowance's name within its plan."),
    "allowances": Word("What of the plan is counted."),
    "amount": Word("Money, in whole minor units."),
    "AuthorizationRequest.amount": Word("The most that a booked ride may cost; needed to `hold`."),
    "AdjustRequest.amount": Word("The right price, at most the present one."),
    "CaptureRequest.amount": Word("The final price of the ride."),
    "OutcomeView.amount": Word("The bearer's part of the price; null when nobody knows it."),
    "amount_due": Word("What to pay at the counter now; zero when the present month is paid."),
    "amount_minor": Word("Whole minor units of the currency (yen; cents)."),
    "area_number": Word("The area's number; never given to another area."),
    "area_numbers": Word("The areas that the ride touches, where no stop says so (taxis)."),
    "areas": Word("Areas, by number."),
    "PlanView.areas": Word("The numbers of the areas that the plan covers."),
    "CoveredView.at": Word("The moment that the answer is for."),
    "attested_date": Word("The service day on which it was found."),
    "attribution": Word("The sources to name wherever their data is shown."),
    "authorization_id": Word("The ride's id; null when there is no ride."),
    "OfflineRecordView.authorization_id": Word(
        "The ride that the record became or joined; null when none."
    ),
    "bearer": Word("Who bears the record.", _values(Bearer)),
    "DisputeView.bearer": Word(
        "Who bears the record after all; null until somebody has ruled.", _values(Bearer)
    ),
    "RulingRequest.bearer": Word("Who bears the record after all."),
    "before": Word("What it was; null where nothing was known."),
    "boarded_at": Word("When the rider got on; cleared once the ride's month is settled and old."),
    "boarding_stop_id": Word("Where the rider got on, as the reader said."),
    "boarding_stop_name": Word("Where the ride began, until it is cleared."),
    "boardings": Word("Pass-holders who got on; null below `suppressed_below`."),
    "by": Word("Who cancels; required with the step `cancel`."),
    "cancel_at_period_end": Word("True when the subscription ends with what is paid."),
    "captured": Word("The final price; null until there is one."),
    "category_until_date": Word(
        "The first day on which the attested category no longer holds; null without one."
    ),
    "category_name": Word("The rider's category in words, to show at the reader."),
    "closed_at": Word("When the drawer was counted."),
    "closing_id": Word("The count of a drawer."),
    "concessions": Word("The categories that the desk attests."),
    "counted": Word("What was in the drawer."),
    "entries": Word("How many receipts it is about."),
    "expected": Word("What must be in the drawer."),
    "changes": Word("The fields of the ride that were changed."),
    "cell_id": Word("A cell of the map."),
    "center": Word("Longitude and latitude, in degrees, to centre a map on."),
    "certificate": Word("The signed pass certificate: COSE, base64url without padding."),
    "attempts": Word("How often it was sent."),
    "bound_at": Word("Since when the resident rides with it."),
    "card_key": Word("What card numbers are keyed with (docs/cards.md): 32 bytes, base64url."),
    "card_reference": Word("What the card is called by: 32 bytes, base64url; never its number."),
    "classes": Word("The classes of the standard, best first; the last is `not_assessed`."),
    "code": Word("The text of the scanned code, unchanged: spaces count."),
    "CaptureRequest.code": Word(
        "A code that the rider's phone signed for this operator, ride and amount; needed above "
        "the hold."
    ),
    "ProblemView.code": Word("What went wrong: stable, part of the contract."),
    "companions": Word("Who rides on the same pass besides its holder."),
    "corrected_at": Word("When the ride was put right."),
    "correction_id": Word("The correction's id."),
    "currency": Word("ISO 4217."),
    "current_period_end_date": Word("The first day after the present paid month."),
    "current_period_start_date": Word("The first day of the present paid month."),
    "database": Word("Whether PostgreSQL answers.", ("ok", "away")),
    "day_type": Word("The kind of day measured.", ("weekday", "saturday", "sunday")),
    "decided_at": Word("When the answer was decided; a repeated key gets the first instant."),
    "OfflineRecordView.decided_at": Word("The reader's own time of its decision."),
    "OutcomeView.decided_at": Word("When this outcome was found."),
    "description": Word("In a sentence or two."),
    "detail": Word("What went wrong and what to do, in English."),
    "device_id": Word("The enrolled phone's id."),
    "device_public_keys": Word("A new public key for each day, in order, each made on the phone."),
    "direction_id": Word("GTFS direction_id of the trip, 0 or 1; null when not known."),
    "display_name": Word("What the counter calls out."),
    "delivered_at": Word("When it arrived."),
    "due_at": Word("When it is tried again; null once it arrived or was given up."),
    "dispute": Word("The dispute."),
    "dispute_id": Word("The dispute's id."),
    "disputes": Word("Every dispute there was about the record, oldest first."),
    "distance_meters": Word("How far the vehicle went."),
    "email": Word("An address to write to; it signs nobody in."),
    "en": Word("In English."),
    "ended_cards": Word("How many cards were stopped."),
    "ended_sessions": Word("How many browsers were signed out."),
    "enrolled_at": Word("When this phone was enrolled."),
    "event_id": Word("The event's id: the same each time it is sent."),
    "field": Word("The field's name in the ledger."),
    "errors": Word("The fields that are wrong."),
    "final": Word("False while another record may still change the outcome."),
    "first_date": Word("The service day that the first key is for; today unless named."),
    "flags": Word("What was stale at the reader: its list or its clock."),
    "from": Word("Service time HH:MM from which on; may pass 24:00."),
    "from_sequence": Word("The first number that is missing."),
    "gap_type": Word("What is missing in this cell."),
    "granted_at": Word("When the ride was allowed."),
    "history": Word("Every outcome there was, oldest first; the last one counts."),
    "hour": Word("Hour of the service day; may pass 23."),
    "items": Word("The list itself."),
    "ja": Word("In Japanese."),
    "key": Word("The API key: shown here once, kept only as a hash."),
    "kid": Word("The issuer key's id, as certificates name it: 8 bytes, hexadecimal."),
    "label": Word("What this is, to show beside it."),
    "last_error": Word("Why it did not arrive the last time."),
    "last_sequence": Word("The highest number that has come from this reader."),
    "lat": Word("Latitude, in degrees."),
    "leg_state": Word("Where the ride stands, in TOMP-API 2.0's words.", _values(LegState)),
    "licence": Word("The licence under which the data is used."),
    "limit": Word("How many rides, or how much money in minor units, each period."),
    "lon": Word("Longitude, in degrees."),
    "looked_at": Word("When somebody looked."),
    "mark": Word("What was seen: one code twice, or the codes of two phones."),
    "measure_id": Word("The name under which every cell carries the number."),
    "measures": Word("The numbers that cells carry."),
    "message": Word("A sentence for the person in front of the screen."),
    "FieldErrorView.message": Word("What is wrong with the field."),
    "method": Word("How the money was taken."),
    "missing": Word("What the town's data cannot show, in words."),
    "missing_sequences": Word(
        "Numbers below it that never came; their records are still on the reader."
    ),
    "mode": Word("The kind of transport.", _values(Mode)),
    "modelled": Word("True where a model says how many people live where, not a count."),
    "modes": Word("Kinds of transport.", _values(Mode)),
    "name": Word("Its name."),
    "DeviceView.name": Word("What its owner calls the phone."),
    "DeviceRequest.name": Word("What its owner calls the phone."),
    "name_kana": Word("How the name is read, in kana, where the feed says so."),
    "ValidatorRequest.name": Word("What the device is called: a vehicle, a gate, a phone."),
    "nearest_stops": Word("The stops nearest to the cell, by walking distance."),
    "next_cursor": Word("What to send as `cursor` for the next page; null on the last."),
    "months": Word("For how long it holds."),
    "ClosingRequest.note": Word("Why the count differs from the record."),
    "ClosingView.note": Word("Why the count differs from the record; null where it does not."),
    "note": Word("What else to know about it."),
    "AdjustRequest.note": Word("Why the ride is put right, in the operator's words."),
    "StepRequest.note": Word("Why a ride is voided, in the operator's words."),
    "CorrectionView.note": Word("Why, in the operator's words."),
    "DisputeView.note": Word("Why it was ruled so."),
    "RulingRequest.note": Word("Why it is ruled so; the operator reads it."),
    "noted_at": Word("When it was seen first."),
    "now": Word("The server's time."),
    "on_board": Word("Pass-holders on board, where riders tap off; null below `suppressed_below`."),
    "opened": Word("Whether the reader opened."),
    "opened_at": Word("When the dispute was opened."),
    "operator_id": Word("The operator's id; null for whoever works for none."),
    "operator_name": Word("The operator's name."),
    "AttestationRequest.outcome": Word("What was found.", _values(Outcome)),
    "AttestationView.outcome": Word("What was found.", _values(Outcome)),
    "outcome": Word("How the record stands; null while it is still to be judged."),
    "paid_at": Word("When the money was taken."),
    "covered_until_date": Word(
        "The first day without rides: with a bank card some days after the last paid one."
    ),
    "PlanChangeRequest.timing": Word(
        "When the difference is paid: at once, with the next invoice, or not: the plan then "
        "changes with the next period.",
        _values(Timing),
    ),
    "PaymentPageView.url": Word("The page to open."),
    "takes_bank_cards": Word("Whether the fee can be paid by bank card."),
    "refund": Word("What is given back to who leaves today.", _values(Refund)),
    "pause_months": Word("For how many months at a time it can be paused; 0 is not at all."),
    "paused_until_date": Word("The first day that is charged again, where a pause is settled."),
    "taken_at": Word("When this was read."),
    "tables": Word("Rows by the name of their table; keys and hashes are left out."),
    "PauseRequest.months": Word("For how many months."),
    "collection": Word("Who collects the fee: the `counter`, or a bank `card` that is charged."),
    "next_plan": Word("What the plan changes to with its next period, where that is settled."),
    "paid_until_date": Word("The first day that is not paid; later than the month paid ahead."),
    "path": Word("Where in the request, as in `amount.currency`; empty for all of it."),
    "payment_id": Word("The payment's id."),
    "period": Word("When counting starts anew.", _values(Period)),
    "PlanView.period": Word("What the price is for.", ("month",)),
    "period_end_date": Word("The first day of the next counting period."),
    "period_start_date": Word("The first day of the present counting period."),
    "plan": Word("The plan, as it was when it was chosen."),
    "plan_id": Word("The plan's id."),
    "plan_pays": Word("The plan's part of the price; null while no price is known."),
    "population": Word("How many people the cells hold; null where the town has no such data."),
    "policy": Word("What the desk looks at, and what it keeps of it."),
    "preset_id": Word("The standard's id."),
    "presets": Word("The published standards to choose from."),
    "price": Word("What a month costs."),
    "priority": Word("Residents times shortfall; null where the data do not suffice."),
    "public_key": Word("A public key of this phone: P-256, 33 bytes, compressed, base64url."),
    "IssuerKeyView.public_key": Word("Ed25519, 32 bytes, hexadecimal."),
    "ValidatorRequest.public_key": Word(
        "What the reader signs its offline records with: P-256, base64url."
    ),
    "purpose": Word(
        "Why somebody looked.",
        (
            *("counter", "payment", "lost_phone", "lost_card", "lost_paper", "card", "paper"),
            *("marked_pass", "enrolment", "plan", "attestation", "rides", "reversal"),
        ),
    ),
    "rank": Word("1 is the most pressing."),
    "ready": Word("Whether rides can be decided."),
    "reason": Word(
        "Why not; null when granted. Codes are never renamed, new ones may come: treat an "
        "unknown one as a refusal.",
        _values(Reason),
    ),
    "DrawerEntryView.reason": Word("Why the payment was given back; null for one that was taken."),
    "ReversalRequest.reason": Word("Why the payment is given back, for the auditor."),
    "ReceiptView.reason": Word(
        "Why the record was rejected, as docs/offline-records.md lists; else null.",
        (
            "malformed_record",
            "unknown_validator",
            "no_validator_key",
            "bad_record_signature",
            "sequence_reused",
        ),
    ),
    "receipt_number": Word("Numbered without gaps within the year."),
    "received_at": Word("When the record arrived first."),
    "record": Word("The record."),
    "SignedRecordInput.record": Word("The record's bytes (docs/offline-records.md), base64url."),
    "record_id": Word("The record's id; null for a rejected one."),
    "records": Word("At most 500."),
    "redis": Word(
        "Whether Redis answers; without it limits are local.", ("ok", "away", "not used")
    ),
    "replace": Word("Whether to take over from another phone, whose passes stop then."),
    "request_id": Word("The request's id, also in the X-Request-Id header; tell it to support."),
    "resident_number": Word("What a resident says at the counter; null for staff."),
    "residents": Word("How many people live in the cell."),
    "result": Word("Whether the ride, or the step, goes ahead."),
    "ReceiptView.result": Word("What became of the record."),
    "revoked_passes": Word("How many passes were stopped."),
    "ride_caps": Word("The most that the plan pays for one ride."),
    "until_date": Word("The first day on which it no longer holds; null unless eligible."),
    "rider_category": Word("Decides the concession that a reader shows.", _CATEGORY),
    "rider_pays": Word("What the rider pays beside the plan."),
    "OutcomeView.rider_pays": Word("What the rider pays beside the bearer."),
    "role": Word("What the person may do.", ("resident", *STAFF_ROLES)),
    "route_id": Word("GTFS route_id in the operator's active feed."),
    "route_name": Word("The route's name in the feed."),
    "rule": Word("The line that decided, such as `allowance:taxi-rides`: stable, for auditors."),
    "OutcomeView.rule": Word(
        "The line of the table that decided, such as `late`: stable, for auditors."
    ),
    "PresetView.rule": Word("The standard's rule in words."),
    "ruled_at": Word("When somebody ruled on it; null while it waits."),
    "run_id": Word("The measurement's id."),
    "runs": Word("The measurements to choose from."),
    "secret": Word("What deliveries are signed with: `whsec_` and base64. Once; then null."),
    "sequence": Word("The reader's own number of the record."),
    "AuthorizationRequest.sequence": Word(
        "The reader's own number of this tap, never used for another; needed for paper and cards."
    ),
    "svg": Word("The sheet to print, 105 by 80 mm, as an SVG document."),
    "service_date": Word("The service day; it ends at 04:00 the next morning."),
    "shadow_fare": Word("What the ride would have cost without the plan; null when not known."),
    "shortfall": Word("How far the cell is from the standard, 0 to 1; null where not known."),
    "sign_in_url": Word("Signs the resident in once, within 15 minutes; null but for a phone."),
    "signature": Word("The enrolled phone's over `TK1-E` and the keys: ES256, low s, base64url."),
    "SignedRecordInput.signature": Word(
        "The reader's over `TK1-R` and the record: ES256, low s, base64url."
    ),
    "signs_from_at": Word("From when on passes are signed with it."),
    "simulated": Word("True where the town, its people or its time are made up."),
    "source": Word("Where the standard is published."),
    "staff_role": Word("The role of who looked.", STAFF_ROLES),
    "started_at": Word("When it was first paid; null before."),
    "statement": Word("Why the operator thinks that somebody else should bear it."),
    "status": Word("What became of the ride; null when there is none.", _values(RideStatus)),
    "HealthView.status": Word("Always `ok`.", ("ok",)),
    "ProblemView.status": Word("The HTTP status."),
    "SubscriptionView.status": Word("Stripe's words; `incomplete` has not paid.", _values(Status)),
    "stop_id": Word("GTFS stop_id in the operator's active feed."),
    "subscription": Word("The subscription as it stands now; null when there is none."),
    "subscription_id": Word("The subscription's id."),
    "suppressed_below": Word("Counts smaller than this are not told: so few could be recognised."),
    "switches_left": Word("How often the phone may still be changed this month."),
    "tap_off": Word("Whether riders tap when they leave.", _TAP_OFF),
    "time_zone": Word("IANA name of the town's time zone."),
    "title": Word("What the source is called."),
    "ProblemView.title": Word("The code in words."),
    "to": Word("Service time HH:MM up to which, excluded; may pass 24:00."),
    "to_sequence": Word("The last number of the gap."),
    "token": Word("What follows `#token=` in a sign-in link."),
    "total": Word("All people in the cells; null when not known."),
    "trip_facts_consent": Word("Whether the resident's trips may feed planning; off at first."),
    "trip_id": Word("GTFS trip_id in the operator's active feed."),
    "type": Word("urn:teiki:problem: and the code."),
    "unit": Word("Rides, or an amount of money.", _values(Unit)),
    "MeasureView.unit": Word("What the number is in."),
    "WebhookView.url": Word("Where rides are told."),
    "WebhookRequest.url": Word("Where rides are to be told: public, https."),
    "WebhookView.created_at": Word("Since when."),
    "WebhookEventView.created_at": Word("When the ride began or changed."),
    "url": Word("Where the source is found."),
    "usage": Word("What is used of each allowance in its present period."),
    "used": Word("How much of the limit is used."),
    "valid_from_at": Word("From when the pass is valid."),
    "valid_until_at": Word("Until when: the end of the service day, at most a day later."),
    "validator_id": Word("The device's id."),
    "validators": Word("The readers of this upload, and what is missing of theirs."),
    "vehicle_id": Word("The operator's own name for the vehicle."),
    "version": Word("The plan's version; what was sold never changes."),
    "walk_meters": Word("Walking distance."),
    "window": Word("The hours measured; null where each standard has its own."),
}
