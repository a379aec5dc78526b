"""Every problem that the API answers with: its status, and when it occurs.

Refused rides are none of these: they are answers, and their reasons are in `fares.reasons`.
"""

from __future__ import annotations

from dataclasses import dataclass

from fares.reasons import MESSAGES


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A problem's status and, for integrators, when it occurs."""

    status: int
    when: str


PROBLEMS: dict[str, ProblemKind] = {
    "bad_request": ProblemKind(400, "The request is not well formed; `errors` says where."),
    "amount_missing": ProblemKind(400, "A `hold` was asked without an `amount`."),
    "code_or_card": ProblemKind(400, "A tap needs a `code` or a `card_reference`, not both."),
    "bad_cursor": ProblemKind(400, "`cursor` is not one that `next_cursor` gave."),
    "bad_device_key": ProblemKind(400, "The device key is not a point of the curve P-256."),
    "bad_first_date": ProblemKind(400, "`first_date` is neither today nor within seven days."),
    "bad_public_key": ProblemKind(400, "The reader's key is not a point of the curve P-256."),
    "bad_webhook_url": ProblemKind(400, "A webhook must be a public https address."),
    "bad_time": ProblemKind(400, "`at` has no offset, or is past or more than 35 days ahead."),
    "by_missing": ProblemKind(400, "A ride was cancelled without saying by whom."),
    "nothing_to_adjust": ProblemKind(400, "A ride was adjusted without saying what was wrong."),
    "sequence_missing": ProblemKind(400, "Paper or a card was shown without a `sequence`."),
    "bad_stripe_event": ProblemKind(400, "Stripe did not sign this, or not within five minutes."),
    "wrong_action": ProblemKind(
        400, "A bus or train ride was held, or another mode was tapped: that is the other way."
    ),
    "link_not_valid": ProblemKind(401, "The sign-in link was used already, or is too old."),
    "not_signed_in": ProblemKind(401, "No session, or no valid API key."),
    "csrf_token_missing": ProblemKind(
        403, "A page wrote without the `teiki_csrf` cookie's value as `x-csrf-token`."
    ),
    "not_allowed": ProblemKind(403, "This role may not do that."),
    "no_device": ProblemKind(404, "No phone is enrolled to hold the passes."),
    "no_dispute": ProblemKind(404, "No such dispute."),
    "no_plan": ProblemKind(404, "No such plan is on sale."),
    "no_preset": ProblemKind(404, "The run was not measured by such a standard."),
    "no_receipt": ProblemKind(404, "There is no receipt of this number."),
    "no_record": ProblemKind(404, "No such offline record, or it is another operator's."),
    "no_resident": ProblemKind(404, "Nobody has this number."),
    "no_ride": ProblemKind(404, "No such ride, or it is another operator's."),
    "no_run": ProblemKind(404, "No such measurement; it may have been replaced by a newer one."),
    "no_streets": ProblemKind(404, "The town has no street data."),
    "no_session": ProblemKind(404, "That browser is signed in no more, or not as this person."),
    "no_subscription": ProblemKind(404, "There is no such subscription, or none that is open."),
    "no_webhook": ProblemKind(404, "The operator has set no webhook."),
    "not_found": ProblemKind(404, "There is nothing at this address."),
    "method_not_allowed": ProblemKind(405, "The address does not take this method; see `Allow`."),
    "card_declined": ProblemKind(402, "The bank card was declined; nothing was changed."),
    "already_subscribed": ProblemKind(409, "The resident has a plan that is paid."),
    "already_reversed": ProblemKind(409, "The payment has been given back already."),
    "bank_cards_not_accepted": ProblemKind(409, "The town has no account for bank cards."),
    "card_taken": ProblemKind(409, "The card is bound to somebody else."),
    "difference_unexplained": ProblemKind(
        409, "What was counted differs from the record, and no note says why."
    ),
    "dispute_open": ProblemKind(409, "This outcome is disputed already."),
    "dispute_ruled": ProblemKind(409, "The dispute was ruled on already."),
    "dispute_too_late": ProblemKind(409, "The outcome is older than 14 days."),
    "idempotency_key_reused": ProblemKind(
        409, "The `Idempotency-Key` was used for another request: take a new one."
    ),
    "later_month_paid": ProblemKind(409, "A later month was paid: give that back first."),
    "no_concession": ProblemKind(409, "The town has no policy for this category."),
    "not_paid_by_bank_card": ProblemKind(409, "The fee is paid at the counter."),
    "paid_by_bank_card": ProblemKind(409, "The fee is charged to a bank card each month."),
    "pause_not_allowed": ProblemKind(409, "The plan has no pause, or none as long as this."),
    "payment_in_progress": ProblemKind(409, "An earlier request is still being checked."),
    "payment_refused": ProblemKind(409, "The payment service refused; staff must look."),
    "same_plan": ProblemKind(409, "The resident has this plan already."),
    "not_final": ProblemKind(409, "The outcome is provisional: dispute it once it is final."),
    "nothing_to_close": ProblemKind(409, "No cash was taken or given back since the last count."),
    "no_issuer_key": ProblemKind(409, "The installation has no issuer key; run `teiki migrate`."),
    "other_device": ProblemKind(
        409, "Another phone holds the passes; enrolling with `replace` takes over."
    ),
    "no_town": ProblemKind(409, "No town has been set up yet; run `teiki town import`."),
    "pass_ids_used_up": ProblemKind(409, "No free pass id was found."),
    "subscription_inactive": ProblemKind(409, "What was paid is over."),
    "too_many_switches": ProblemKind(409, "The phone was changed too often this month."),
    "waiting_for_payment": ProblemKind(409, "The first payment is missing."),
    "wrong_amount": ProblemKind(409, "The amount is not the plan's price."),
    "body_too_large": ProblemKind(413, "The body is longer than a million bytes."),
    "unsupported_media_type": ProblemKind(415, "The body is not sent as `application/json`."),
    "too_many_requests": ProblemKind(429, "Too many tries; wait as `Retry-After` says."),
    "internal_error": ProblemKind(500, "Our fault; tell support the `request_id`."),
    "payment_service_unavailable": ProblemKind(
        503, "The payment service gave no answer: what became of it is found out by itself."
    ),
    "database_unavailable": ProblemKind(
        503, "Nothing is known to be done: send the same again after `Retry-After`."
    ),
    "desk_busy": ProblemKind(
        503, "Too many taps wait: nothing was done, send the same again after `Retry-After`."
    ),
    "pages_not_built": ProblemKind(503, "The server has no pages; the API works without them."),
}

_INTRODUCTION = """# Problems and refusals

Made by `teiki contract problems` from the code; not edited by hand.

A request that could not be carried out is answered with `application/problem+json` (RFC 9457):
`code` is stable, `message` is for the person in Japanese and English, `errors` names the wrong
fields. After a 503, or no answer at all, send the same request with the same
`Idempotency-Key` again: it is carried out at most once.

## Problems

| code | status | when |
| --- | --- | --- |
"""

_REFUSALS = """
## Refusals

A ride that may not go ahead is an answer: status 200, `result` is `refused`, and `reason` is
one of these. New reasons may come; treat an unknown one as a refusal.

| reason | Japanese | English |
| --- | --- | --- |
"""


def problems_page() -> str:
    """The page in `docs/` that lists problems and refusals."""
    problems = "".join(f"| `{c}` | {p.status} | {p.when} |\n" for c, p in PROBLEMS.items())
    refusals = "".join(f"| `{r}` | {m.ja} | {m.en} |\n" for r, m in MESSAGES.items())
    return f"{_INTRODUCTION}{problems}{_REFUSALS}{refusals}"
