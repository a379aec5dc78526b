"""Each row of the table: who bears a ride that was opened without network, and by which rule."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from fares.modes import Mode
from fares.offline.entries import Bearer, Uploaded
from fares.offline.limits import UPLOAD_WINDOW
from fares.reasons import Reason, Refused
from fares.taps import TapAction
from tests.support.fares import make_allowance, make_entitlement, make_plan, make_ride, yen
from tests.support.offline import (
    CLAIMS,
    ENDS,
    facts,
    minute,
    online_use,
    outcomes,
    reader,
    settle,
    shown,
    taxi,
    told,
    upload,
)

PAID = "plan: plan:mode:bus"
ONE_RIDE = make_entitlement(make_plan(allowances=(make_allowance("rides", Mode.BUS, limit=1),)))


def judged(*uploads: Uploaded, **known: object) -> list[str]:
    return [told(outcome) for outcome in outcomes(uploads, **known)]  # type: ignore[arg-type]  # passed on as they are


# valid, list fresh, within cap -> the plan's pool


def test_a_ride_by_the_rules_is_paid_by_the_plan() -> None:
    (outcome,) = outcomes([upload()])
    assert told(outcome) == PAID
    assert outcome.charge is not None
    assert outcome.charge.plan_pays == yen(210)


def test_a_taxi_up_to_the_metered_cap_is_paid_by_the_plan() -> None:
    (outcome,) = outcomes([taxi(amount_minor=3000)])
    assert told(outcome) == "plan: plan:mode:taxi"
    assert outcome.charge is not None
    assert outcome.charge.plan_pays == yen(3000)


def test_a_list_of_a_day_is_fresh() -> None:
    assert judged(upload(list_issued_at=minute(60) - timedelta(days=1))) == [PAID]


# valid, but revoked or over the allowance, and the validator followed the rules -> scheme risk


def test_revoked_and_the_reader_could_not_know() -> None:
    stopped = facts(revoked_at=minute(50))
    (outcome,) = outcomes([upload(at=60)], stopped)
    assert told(outcome) == "scheme_risk: revoked"
    assert outcome.charge is not None
    assert (outcome.charge.consumes, outcome.charge.plan_pays) == ((), yen(210))
    assert judged(upload(at=40), known=stopped) == [PAID]


def test_over_the_allowance_is_counted_beyond_the_limit() -> None:
    first, second = outcomes([upload(60, 1), upload(120, 2, validator=2)], facts(ONE_RIDE))
    assert told(first) == "plan: plan:allowance:rides"
    assert told(second) == "scheme_risk: plan:allowance:rides"
    for outcome in (first, second):
        assert outcome.charge is not None
        assert [item.quantity for item in outcome.charge.consumes] == [1]
        assert outcome.charge.rider_pays == yen(0)


def test_what_was_used_online_leaves_less_room() -> None:
    known = facts(ONE_RIDE, usage={("rides", minute(0).date().replace(day=1)): 1})
    assert judged(upload(), known=known) == ["scheme_risk: plan:allowance:rides"]


def test_outside_the_plan_in_a_way_no_reader_can_know() -> None:
    elsewhere = make_ride(areas=frozenset({3}), operator_id="bus", amount=yen(210))
    (outcome,) = outcomes([upload(ride=elsewhere)])
    assert told(outcome) == "scheme_risk: plan:areas"
    assert outcome.charge is not None
    assert outcome.charge.consumes == ()


# late, stale list, over cap, no evidence, bad signature -> the operator


@pytest.mark.parametrize(
    ("late", "expected"),
    [(timedelta(0), PAID), (timedelta(seconds=1), "operator: late")],
)
def test_72_hours_to_upload(late: timedelta, expected: str) -> None:
    assert judged(upload(received=minute(60) + UPLOAD_WINDOW + late)) == [expected]


def test_a_stale_list_is_the_operators_risk() -> None:
    stale = minute(60) - timedelta(days=1, seconds=1)
    assert judged(upload(list_issued_at=stale)) == ["operator: list_too_old"]
    assert judged(upload(list_issued_at=None)) == ["operator: list_too_old"]
    assert judged(taxi(list_issued_at=stale)) == ["operator: list_too_old"]


def test_nobody_holds_a_list_from_the_future() -> None:
    def ahead(seconds: int) -> list[str]:
        return judged(upload(list_issued_at=minute(60) + timedelta(seconds=seconds)))

    assert ahead(31) == ["operator: list_from_future"]
    assert ahead(30) == [PAID]


def test_over_the_cap_of_one_reader() -> None:
    rides = [upload(60 * n, n) for n in (1, 2, 3)]
    assert judged(*rides) == [PAID] * 2 + ["operator: over_offline_cap"]
    assert judged(*rides[:2], upload(180, 3, validator=2)) == [PAID] * 3


def test_one_metered_ride_up_to_its_cap() -> None:
    paid = "plan: plan:mode:taxi"
    assert judged(taxi(60, 1), taxi(120, 2)) == [paid, "operator: over_offline_cap"]
    assert judged(taxi(amount_minor=3001)) == ["operator: over_offline_cap"]


def test_no_evidence_and_bad_signatures() -> None:
    for reason in (Reason.MALFORMED_CODE, Reason.BAD_PRESENTATION_SIGNATURE, Reason.CODE_TOO_OLD):
        assert judged(upload(evidence=Refused(reason, "x"))) == [f"operator: evidence:{reason}"]


@pytest.mark.parametrize(
    ("ride", "reason"),
    [
        (upload(mode=Mode.ON_DEMAND), "mode_not_covered"),
        (upload(areas=frozenset({5})), "area_not_covered"),
        (taxi(areas=frozenset()), "area_unknown"),
        (taxi(clock_age=None), "clock_not_set"),
        (taxi(clock_age=timedelta(days=1, seconds=1)), "clock_not_set"),
    ],
)
def test_what_the_reader_should_have_refused(ride: Uploaded, reason: str) -> None:
    assert judged(ride) == [f"operator: not_followed:{reason}"]


def test_a_reader_whose_list_had_the_revocation() -> None:
    ride = upload(at=60, list_issued_at=minute(55))
    assert judged(ride, known=facts(revoked_at=minute(55))) == [
        "operator: not_followed:pass_revoked"
    ]


def test_replay_and_pass_back_at_one_reader() -> None:
    replayed = [upload(60, 1), upload(60.5, 1)]
    assert judged(*replayed)[1] == "operator: not_followed:code_already_used"
    passed_back = [upload(60, 1), upload(62.9, 2)]
    assert judged(*passed_back)[1] == "operator: not_followed:pass_back"
    assert judged(upload(60, 1), upload(63, 2))[1] == PAID


def test_pass_back_after_a_ride_granted_online_at_the_same_reader() -> None:
    use = online_use(59, 1, validator=1)
    assert judged(upload(60, 2), online=[use]) == ["operator: not_followed:pass_back"]
    leaving = replace(use, action=TapAction.GATE_OUT)
    assert judged(upload(60, 2), online=[leaving]) == [PAID]


def test_a_clock_not_set_is_flagged_and_paid() -> None:
    (outcome,) = outcomes([upload(clock_age=None)])
    assert (outcome.bearer, outcome.flags) == (Bearer.PLAN, (Reason.CLOCK_NOT_SET,))


# same (pass id, counter) twice


def test_the_first_by_time_is_paid_and_the_second_is_scheme_risk() -> None:
    rides = [upload(60.2, 1, validator=2), upload(60, 1, validator=1)]
    second, first = outcomes(rides)
    assert told(first) == PAID
    assert told(second) == "scheme_risk: duplicate:offline"
    assert second.marks == ("duplicate",)


def test_used_online_before_the_second_is_the_operators() -> None:
    (outcome,) = outcomes([upload(60.2, 1)], online=[online_use(60, 1)])
    assert told(outcome) == "operator: duplicate:online"
    assert outcome.marks == ("duplicate",)


def test_used_online_afterwards_the_first_is_paid_and_the_pass_marked() -> None:
    (outcome,) = outcomes([upload(60, 1)], online=[online_use(60.2, 1)])
    assert (told(outcome), outcome.marks) == (PAID, ("duplicate",))


def test_a_second_that_is_late_is_the_operators() -> None:
    late = upload(60.2, 1, validator=2, received=minute(60.2) + UPLOAD_WINDOW + timedelta(hours=1))
    assert judged(upload(60, 1), late) == [PAID, "operator: late"]


def test_what_the_operator_bears_takes_no_counter() -> None:
    stale = upload(60, 1, list_issued_at=None)
    assert judged(stale, upload(60.2, 1, validator=2)) == [
        "operator: list_too_old",
        PAID,
    ]


# counter runs backwards


def test_a_copied_key_is_scheme_risk_once_and_stops_the_pass() -> None:
    rides = [upload(60, 10), upload(120, 3, validator=2), upload(180, 4, validator=3)]
    assert judged(*rides) == [
        PAID,
        "scheme_risk: counter_backwards",
        PAID,
    ]
    assert settle(rides).stopped
    assert not settle(rides[:1]).stopped


def test_backwards_against_a_code_shown_online() -> None:
    low_online = online_use(120, 3)
    assert judged(upload(60, 10), online=[low_online]) == ["scheme_risk: counter_backwards"]
    high_online = online_use(30, 10)
    assert judged(upload(60, 3), online=[high_online]) == ["scheme_risk: counter_backwards"]
    assert settle([upload(60, 3)], online=[high_online]).stopped


def test_a_code_that_opened_nothing_shows_a_copied_key_all_the_same() -> None:
    closed = upload(60, 10, opened=False)
    found = settle([closed, upload(120, 3)])
    assert found.stopped
    assert sorted(map(told, found.outcomes)) == ["nobody: closed", "scheme_risk: counter_backwards"]


# one ride, two ways


def test_a_record_joins_the_ride_that_the_server_granted() -> None:
    record = upload(60, 1, online_key="key-0001")
    use = online_use(60.1, 1, validator=1, key="key-0001")
    (outcome,) = outcomes([record], online=[use])
    assert (told(outcome), outcome.charge, outcome.marks) == ("plan: merged", None, ())
    for other in (
        replace(use, validator_id=reader(2)),
        replace(use, operator_id="rail"),
        replace(use, key="key-0002"),
    ):
        assert told(outcomes([record], online=[other])[0]) != "plan: merged"


def test_a_merged_ride_is_not_counted_towards_the_offline_cap() -> None:
    merged = [upload(60, 1, online_key="key-0001"), upload(90, 2, online_key="key-0002")]
    uses = [
        online_use(60, 1, validator=1, key="key-0001"),
        online_use(90, 2, validator=1, key="key-0002"),
    ]
    rides = [upload(120, 3), upload(150, 4), upload(180, 5)]
    assert judged(*merged, *rides, online=uses) == [
        "plan: merged",
        "plan: merged",
        PAID,
        PAID,
        "operator: over_offline_cap",
    ]


# nobody's


def test_closed_and_leaving_cost_nothing() -> None:
    assert judged(upload(opened=False)) == ["nobody: closed"]
    assert judged(upload(action=TapAction.GATE_OUT)) == ["nobody: leaving"]


# when and how often


def test_provisional_until_72_hours_after_the_certificate_ends() -> None:
    almost = ENDS + UPLOAD_WINDOW - timedelta(seconds=1)
    assert not settle([upload()], now=almost).final
    assert settle([upload()], now=ENDS + UPLOAD_WINDOW).final


def test_the_order_and_number_of_uploads_make_no_difference() -> None:
    rides = [
        upload(60, 10),
        upload(60.2, 10, validator=2),
        upload(120, 3, validator=2),
        upload(180, 11),
        upload(240, 12),
    ]
    again = [replace(each, received_at=ENDS + UPLOAD_WINDOW * 2) for each in rides]
    known = settle(rides, facts(ONE_RIDE))
    for order in permutations(rides):
        assert settle([*order, *again], facts(ONE_RIDE)) == known


def test_paper_has_no_counter_and_is_counted_by_reader() -> None:
    paper = replace(CLAIMS, medium=1, device_key=None)
    rides = [
        upload(60 * n, None, claims=paper, sequence=n, evidence=shown(minute(60 * n), None, paper))
        for n in (1, 2, 3)
    ]
    assert judged(*rides) == [PAID] * 2 + ["operator: over_offline_cap"]


def test_a_ruling_stands() -> None:
    stale = upload(list_issued_at=None)
    for bearer in Bearer:
        (outcome,) = outcomes([stale], facts(rulings={stale.key: bearer}))
        assert told(outcome) == f"{bearer}: ruling"
        charged = bearer in {Bearer.PLAN, Bearer.SCHEME_RISK}
        assert (outcome.charge is not None) == charged
