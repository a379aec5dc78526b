"""Operators are told what becomes of their rides: signed, at least once, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.services import Services
from api.webhooks import delivery
from api.webhooks.addresses import ForbiddenAddressError, resolve
from api.webhooks.delivery import WAITS, deliver_due
from api.webhooks.tables import Outbox
from tests.support.receiver import Receiver, receiving
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

WEBHOOK = "/v1/operators/current/webhook"


async def listen(world: World, receiver: Receiver, operator_id: str = "mori-rail") -> Browser:
    """A member of staff sets the operator's webhook; the secret is what they were shown."""
    staff = await world.staff("operator", operator_id)
    answer = await staff.send("PUT", WEBHOOK, {"url": receiver.url})
    assert answer.status_code == 200, answer.text
    staff.me = answer.json()
    return staff


async def deliver(world: World) -> int:
    return await deliver_due(Services(world.settings, world.clock, world.database))


async def take_a_train(world: World) -> dict[str, Any]:
    phone, gate = await world.rider(), await world.reader("mori-rail")
    await gate.tap("gate_in", "rail", phone.code())
    return await gate.tap("gate_out", "rail", phone.code())


async def test_each_step_of_a_ride_is_told_signed_and_once(world: World) -> None:
    async with receiving() as receiver:
        staff = await listen(world, receiver)
        ride = await take_a_train(world)
        assert await deliver(world) == 2
        assert await deliver(world) == 0
        assert [event["type"] for event in receiver.events] == ["ride.changed"] * 2
        rides = [event["data"] for event in receiver.events]
        assert [each["status"] for each in rides] == ["authorized", "captured"]
        assert {each["authorization_id"] for each in rides} == {ride["authorization_id"]}
        assert len(set(receiver.ids)) == 2
        assert receiver.is_signed_with(staff.me["secret"])
        listed = (await staff.get(f"{WEBHOOK}/events"))["items"]
        assert {each["event_id"] for each in listed} == set(receiver.ids)
        assert all(each["delivered_at"] and each["due_at"] is None for each in listed)


async def test_an_event_is_the_ride_as_its_operator_sees_it_anyway(world: World) -> None:
    async with receiving() as receiver:
        await listen(world, receiver)
        ride = await take_a_train(world)
        await deliver(world)
        system = await world.reader("mori-rail", "system")
        seen = await system.client.get(f"/v1/authorizations/{ride['authorization_id']}")
        assert receiver.events[-1]["data"] == seen.json()


async def test_who_does_not_listen_is_told_nothing(world: World) -> None:
    async with receiving() as receiver:
        staff = await listen(world, receiver)
        phone, bus = await world.rider(), await world.reader("mori-bus")
        await bus.tap("tap_on", "bus", phone.code())
        assert await world.rows("SELECT 1 FROM outbox") == []
        await staff.send("DELETE", WEBHOOK)
        await take_a_train(world)
        assert await world.rows("SELECT 1 FROM outbox") == []
        await staff.get(WEBHOOK, status=404)


async def test_what_does_not_arrive_is_sent_again_under_its_id_for_three_days(
    world: World,
) -> None:
    async with receiving() as receiver:
        await listen(world, receiver)
        phone, gate = await world.rider(), await world.reader("mori-rail")
        await gate.tap("gate_in", "rail", phone.code())
        receiver.statuses = [500, 302, *[503] * 20]
        for wait in WAITS:
            assert await deliver(world) == 0
            assert await deliver(world) == 0  # not before it is due
            world.clock.advance(wait)
        assert await deliver(world) == 0
        assert len(receiver.ids) == len(WAITS) + 1
        assert len(set(receiver.ids)) == 1
        (row,) = await world.rows("SELECT attempts, due_at, delivered_at, last_error FROM outbox")
        given_up = {"attempts": 10, "due_at": None, "delivered_at": None}
        assert row == given_up | {"last_error": "status 503"}


async def test_who_dies_after_sending_sends_again_under_the_same_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving() as receiver:
        await listen(world, receiver)
        phone, gate = await world.rider(), await world.reader("mori-rail")
        await gate.tap("gate_in", "rail", phone.code())

        def die(row: Outbox, *_: object) -> None:
            raise RuntimeError(str(row.event_id))

        with monkeypatch.context() as patched:
            patched.setattr(delivery, "_note", die)
            with pytest.raises(RuntimeError):
                await deliver(world)
        assert await deliver(world) == 1
        assert len(receiver.ids) == 2
        assert len(set(receiver.ids)) == 1


async def test_a_receiver_that_is_gone_is_left_alone(world: World) -> None:
    async with receiving() as receiver:
        staff = await listen(world, receiver)
        await take_a_train(world)
        receiver.statuses = [410, 410]
        assert await deliver(world) == 0
        await staff.get(WEBHOOK, status=404)
        before = await world.rows("SELECT 1 FROM outbox")
        await take_a_train(world)
        assert await world.rows("SELECT 1 FROM outbox") == before
        assert await deliver(world) == 0
        assert len(receiver.ids) == 2


async def test_a_receiver_that_is_not_there_costs_nobody_a_ride(world: World) -> None:
    async with receiving() as receiver:
        staff = await listen(world, receiver)
    await take_a_train(world)
    assert await deliver(world) == 0
    listed = (await staff.get(f"{WEBHOOK}/events"))["items"]
    assert {each["last_error"] for each in listed} == {"ConnectError"}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/rides",
        "https://user:word@example.org/",
        "https://example.org/#part",
        "ftp://example.org/",
        "rides",
        "https:///rides",
        "https://example.org:99999/",
        "https://[::1",
        "https://" + "a" * 64 + ".org/",
    ],
)
async def test_in_production_only_public_https_addresses_are_taken(
    world: World, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = await world.staff("operator", "mori-rail")
    monkeypatch.setattr(type(world.settings), "production", property(lambda _: True))
    answer = await staff.send("PUT", WEBHOOK, {"url": url})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_webhook_url")


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "localhost"])
async def test_in_production_nothing_behind_our_own_walls_is_asked(host: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        await resolve(host, 443, production=True)
    assert await resolve("127.0.0.1", 443, production=False) == "127.0.0.1"


async def test_in_production_a_name_that_leads_inside_is_not_asked(world: World) -> None:
    async with receiving() as receiver:
        await listen(world, receiver)
        await take_a_train(world)
        inside = replace(world.settings, environment="production")
        assert await deliver_due(Services(inside, world.clock, world.database)) == 0
        assert receiver.ids == []
        (row, _) = await world.rows("SELECT last_error FROM outbox")
        assert row["last_error"] == "ForbiddenAddressError"


async def test_the_secret_is_shown_once_and_kept_encrypted(world: World) -> None:
    async with receiving() as receiver:
        staff = await listen(world, receiver)
        assert (await staff.get(WEBHOOK))["secret"] is None
        (row,) = await world.rows("SELECT secret_sealed FROM webhook")
        assert staff.me["secret"].removeprefix("whsec_").encode() not in bytes(row["secret_sealed"])
        again = await staff.send("PUT", WEBHOOK, {"url": receiver.url})
        assert again.json()["secret"] != staff.me["secret"]


async def test_what_was_told_is_forgotten_after_a_month(world: World) -> None:
    async with receiving() as receiver:
        await listen(world, receiver)
        await take_a_train(world)
        await deliver(world)
        world.clock.advance(timedelta(days=31))
        async with world.database.session() as session:
            await delivery.forget_old_events(session, world.clock.now())
        assert await world.rows("SELECT 1 FROM outbox") == []


@pytest.mark.parametrize(
    "spoil",
    [
        "url = 'https://example.org:99999/'",
        "url = 'http://' || repeat('a', 64) || '.org/'",
        "secret_sealed = '\\x00'",
    ],
)
async def test_a_webhook_that_cannot_be_asked_holds_up_no_other(world: World, spoil: str) -> None:
    async with receiving() as receiver:
        await listen(world, receiver)
        await listen(world, receiver, "mori-bus")
        await world.change(f"UPDATE webhook SET {spoil} WHERE operator_id = 'mori-rail'")
        await take_a_train(world)
        phone, bus = await world.rider(), await world.reader("mori-bus")
        await bus.tap("tap_on", "bus", phone.code())
        assert await deliver(world) == 1
        assert {event["data"]["mode"] for event in receiver.events} == {"bus"}
