"""Deciding who bears the records of a pass: the pure reconciliation on what the batch knows."""

from __future__ import annotations

from api.clock import service_instant
from api.offline.exits import pair_exits
from api.offline.posting import Posting
from api.offline.state import OfflineState, PassFile, RecordInHand
from api.rides.answers import Answer
from api.rides.network import Network
from api.rides.pricing import fare_for_all
from api.rides.requests import Reconcile
from api.rides.state import BatchState
from fares.entitlements import RideRequest, Usage, UsageKey
from fares.money import Money
from fares.offline.entries import CertificateFacts, RecordKey, Uploaded
from fares.offline.reconcile import reconcile
from fares.offline.record import OfflineRecord
from fares.taps import TapAction


def judge_records(
    request: Reconcile, state: BatchState, offline: OfflineState, network: Network
) -> Answer:
    """Judge every record of a pass, and change the batch's state accordingly."""
    file = offline.files.get(request.pass_id)
    if file is None:
        return Answer.of({"records": 0, "stopped": False})
    now = request.caller.arrived_at
    exits = pair_exits(file.records)
    uploads = {each.key: _upload(each, exits, network) for each in file.records}
    found = reconcile(uploads.values(), _facts(file, uploads, offline), file.online, now)
    posting = Posting(file, state, offline, network, now)
    by_key = {each.key: each for each in file.records}
    for outcome in found.outcomes:
        in_hand = by_key[outcome.key]
        if not in_hand.settled:
            way_out = exits.get(in_hand.key)
            posting.settle(in_hand, outcome, uploads[in_hand.key].ride, way_out, found.final)
    stopped = found.stopped and posting.stop_pass()
    return Answer.of({"records": len(file.records), "stopped": stopped})


def _upload(
    in_hand: RecordInHand, exits: dict[RecordKey, OfflineRecord], network: Network
) -> Uploaded:
    record = in_hand.record
    operator = network.operators[in_hand.operator_id]
    day, seconds = service_instant(record.decided_at, network.zone)
    ride = RideRequest(
        mode=record.mode,
        operator_id=in_hand.operator_id,
        areas=operator.areas_of(record.stop_id) | record.areas,
        service_date=day,
        service_seconds=seconds,
        amount=_price(in_hand, exits.get(in_hand.key), network),
    )
    return Uploaded(in_hand.operator_id, record, in_hand.shown, ride, in_hand.received_at)


def _price(in_hand: RecordInHand, way_out: OfflineRecord | None, network: Network) -> Money | None:
    """What the rider signed; for a bus or train, what the tariff says as far as it can."""
    record = in_hand.record
    if record.action is TapAction.HOLD:
        amount = record.amount_minor
        return None if amount is None else Money(amount, network.currency)
    operator = network.operators[in_hand.operator_id]
    trip = operator.find_trip(record.trip_id)
    route_id = record.route_id if trip is None else trip.route_id
    to_stop_id = None if way_out is None else way_out.stop_id
    return fare_for_all(operator, route_id, record.stop_id, to_stop_id, companions=0)


def _facts(
    file: PassFile, uploads: dict[RecordKey, Uploaded], offline: OfflineState
) -> CertificateFacts:
    days = {upload.ride.service_date for upload in uploads.values()}
    return CertificateFacts(
        ends_at=file.ends_at,
        revoked_at=file.revoked_at,
        entitlements={day: file.entitlement_on(day) for day in days},
        usage=_usage_without(file, offline),
        rulings={each.key: each.ruling for each in file.records if each.ruling is not None},
    )


def _usage_without(file: PassFile, offline: OfflineState) -> Usage:
    """What is used by all online rides, and by rides that records of earlier passes became.

    So among the passes of a subscription an overspend is found once, and with the last.
    """
    usage: dict[UsageKey, int] = dict(file.holder.usage)
    for place, ride in offline.posted.get(file.holder.subscription_id, {}).values():
        if place >= file.place:
            for item in ride.consumed:
                usage[item.key] = usage.get(item.key, 0) - item.quantity
    return usage
