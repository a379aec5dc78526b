"""What can a stolen or shared pass cost at most while readers have no network?

A promise in rides: a reader grants so many to each certificate and no more, and none once its
list has the revocation. What a reader grants beyond that, the reconciliation leaves with its
operator.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from fares.offline.limits import MAX_LIST_AGE
from fares.passes import PassClaims


def certificate_bound(validators: int, offline_caps: tuple[int, int]) -> int:
    """The most rides that the scheme bears for one certificate, however its readers behave."""
    max_rides, _ = offline_caps
    return validators * max_rides


def lacks_revocation(
    list_issued_at: datetime | None,
    revoked_at: datetime,
    at: datetime,
    max_age: timedelta = MAX_LIST_AGE,
) -> bool:
    """Could a ride at this reader still be the scheme's loss? Not with the revocation in its
    list, and not on a list that is older than `max_age`: that ride is its operator's."""
    if list_issued_at is None or at - list_issued_at > max_age:
        return False
    return list_issued_at < revoked_at


def lost_phone_bound(
    certificates: Iterable[PassClaims],
    lists: Iterable[datetime | None],
    revoked_at: datetime,
    at: datetime,
    max_age: timedelta = MAX_LIST_AGE,
) -> int:
    """The most rides that the scheme bears from `at` on for a phone stopped at `revoked_at`.

    `lists` hold `issued_at` of each reader's status list as it is at `at`; certificates that
    have ended by then cost nothing more. Readers are taken to state their lists truly: one
    that lies is bounded by `certificate_bound` alone.
    """
    lacking = sum(lacks_revocation(issued, revoked_at, at, max_age) for issued in lists)
    return sum(
        certificate_bound(lacking, claims.offline_caps)
        for claims in certificates
        if claims.valid_until_at > at
    )
