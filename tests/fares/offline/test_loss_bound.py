"""What a stolen or shared pass costs never exceeds the promise, whatever is uploaded and when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fares.modes import METERED, Mode
from fares.offline.entries import Bearer
from fares.offline.loss_bound import certificate_bound, lacks_revocation, lost_phone_bound
from tests.fares.offline.simulation import (
    DAY,
    METERED_MINOR,
    Phone,
    Reader,
    Showing,
    borne_by_scheme,
    ride_about,
    settle_certificate,
)
from tests.support.offline import START, minute, outcomes, upload

MAX_DAYS = 8  # today's certificate and seven more
instants = st.integers(0, MAX_DAYS * 1440 * 60 - 1).map(lambda s: START + timedelta(seconds=s))


@st.composite
def towns(draw: Any) -> tuple[Phone, list[Reader]]:
    """A phone that may be stopped, and readers that fetch lists now and then, after showings
    by any number of copies of it: any counters, at any reader, at any time."""
    days = draw(st.integers(1, MAX_DAYS))
    caps = (draw(st.integers(0, 3)), draw(st.sampled_from([0, METERED_MINOR])))
    horizon = START + days * DAY - timedelta(seconds=1)
    within = instants.map(lambda at: min(at, horizon))
    phone = Phone.with_days(days, caps, draw(st.none() | within))
    fetched = st.lists(within | st.just(START - timedelta(hours=1)), max_size=4)
    readers = [Reader(n, draw(fetched)) for n in range(draw(st.integers(1, 4)))]
    showings = draw(
        st.lists(
            st.builds(
                Showing,
                at=within,
                reader=st.integers(0, len(readers) - 1),
                counter=st.integers(0, 6),
                mode=st.sampled_from([Mode.BUS, Mode.RAIL, Mode.TAXI]),
            ),
            max_size=30,
        )
    )
    ride_about(phone, readers, showings)
    return phone, readers


@given(town=towns())
def test_a_certificate_costs_at_most_its_cap_at_each_reader(
    town: tuple[Phone, list[Reader]],
) -> None:
    phone, readers = town
    uploads = [record for each in readers for record in each.records]
    for claims in phone.certificates:
        borne = borne_by_scheme(uploads, settle_certificate(phone, claims, uploads))
        assert len(borne) <= certificate_bound(len(readers), claims.offline_caps)
        metered = [ride for ride in borne if ride.record.mode in METERED]
        assert len(metered) <= len(readers)
        assert all(ride.record.amount_minor == METERED_MINOR for ride in metered)


@given(town=towns())
def test_a_lost_phone_costs_at_most_what_readers_lack_the_revocation_for(
    town: tuple[Phone, list[Reader]],
) -> None:
    phone, readers = town
    if phone.revoked_at is None:
        return
    uploads = [record for each in readers for record in each.records]
    found = [settle_certificate(phone, claims, uploads) for claims in phone.certificates]
    turns = {at for each in readers for at in each.lists}  # when a bound may have become less
    turns |= {ride.record.decided_at for ride in uploads}
    for at in {phone.revoked_at, *(at for at in turns if at > phone.revoked_at)}:
        lost = sum(len(borne_by_scheme(uploads, each, since=at)) for each in found)
        lists = [each.list_at(at) for each in readers]
        assert lost <= lost_phone_bound(phone.certificates, lists, phone.revoked_at, at)


@given(town=towns(), random=st.randoms(use_true_random=False), copies=st.integers(1, 3))
def test_order_and_number_of_uploads_make_no_difference(
    town: tuple[Phone, list[Reader]], random: Any, copies: int
) -> None:
    phone, readers = town
    uploads = [record for each in readers for record in each.records]
    mixed = uploads + [
        replace(each, received_at=each.received_at + n * DAY)
        for n in range(copies)
        for each in uploads
    ]
    random.shuffle(mixed)
    for claims in phone.certificates:
        assert settle_certificate(phone, claims, mixed) == settle_certificate(
            phone, claims, uploads
        )


@given(town=towns())
def test_who_keeps_to_the_rules_bears_only_rides_on_old_lists(
    town: tuple[Phone, list[Reader]],
) -> None:
    phone, readers = town
    uploads = [record for each in readers for record in each.records]
    for claims in phone.certificates:
        for outcome in settle_certificate(phone, claims, uploads).outcomes:
            if outcome.bearer is Bearer.OPERATOR:
                assert outcome.rule == "list_too_old"
            assert outcome.bearer is not Bearer.NOBODY


@given(
    rides=st.lists(
        st.builds(
            upload,
            at=st.integers(0, 1000),
            counter=st.integers(1, 20),
            validator=st.integers(1, 3),
            sequence=st.integers(1, 30),
            online_key=st.none(),
        ),
        max_size=40,
    )
)
def test_readers_that_open_for_anything_move_the_loss_to_their_operators(rides: list[Any]) -> None:
    cap = certificate_bound(3, (2, 3000))
    borne = {
        outcome.key
        for outcome in outcomes(rides)
        if outcome.bearer in {Bearer.PLAN, Bearer.SCHEME_RISK}
    }
    assert len(borne) <= cap


def test_the_bound_is_reached() -> None:
    rides = [upload(60 * n + v, 10 * n + v, validator=v) for n in (1, 2, 3) for v in (1, 2, 3)]
    paid = [each for each in outcomes(rides) if each.bearer is not Bearer.OPERATOR]
    assert len(paid) == certificate_bound(3, (2, 3000))


def test_which_readers_lack_a_revocation() -> None:
    revoked_at = minute(60)
    at = minute(120)
    assert lacks_revocation(minute(59), revoked_at, at)
    assert not lacks_revocation(minute(60), revoked_at, at), "its list has the revocation"
    assert not lacks_revocation(None, revoked_at, at), "without a list the operator bears it"
    assert lacks_revocation(at - DAY, revoked_at, at)
    assert not lacks_revocation(at - DAY - timedelta(seconds=1), revoked_at, at)


def test_a_lost_phone_with_eight_certificates() -> None:
    phone = Phone.with_days(8, (2, 0), minute(60))
    lists = [minute(0), minute(59), minute(60), None]
    assert lost_phone_bound(phone.certificates, lists, minute(60), minute(60)) == 8 * 2 * 2
    # Two days on, the two lists are more than a day old.
    assert lost_phone_bound(phone.certificates, lists, minute(60), minute(2 * 1440)) == 0
    fresh = [minute(60) - timedelta(seconds=1)] * 2
    assert lost_phone_bound(phone.certificates, fresh, minute(60), minute(1440)) == 7 * 2 * 2
