"""A tablet at a bus door in a tunnel: it decides by itself, forgets nothing, and tells later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_resident import joined
from tests.browser.test_validator import (
    enter,
    new_ride,
    next_one,
    paste,
    register,
    registered,
    start,
)
from tests.support import isleta
from tests.support.pages import PHONE, TABLET, Site, Visitor, film, open_site
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]

# However slow this machine is, the 250 ms in which the server may answer do not end.
ENDLESS_PATIENCE = """() => {
    const begin = setTimeout;
    globalThis.setTimeout = (act, ms) => (ms === 250 ? 0 : begin(act, ms));
}"""
NO_NETWORK = "net::ERR_INTERNET_DISCONNECTED"
FULL_DISK = """() => {
    IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""


async def ready(visitor: Visitor) -> None:
    """The device has all that it needs to be alone: its files and a list."""
    await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await visitor.page.wait_for_selector("[data-list=held]")


async def decided_by(visitor: Visitor) -> str | None:
    """Who decided what the screen says: the server, or the device by itself."""
    return await visitor.page.locator(".answer").get_attribute("data-by")


async def uploaded(visitor: Visitor) -> None:
    """The network is there, and no record waits any more."""
    await visitor.context.set_offline(False)
    await visitor.page.evaluate("dispatchEvent(new Event('online'))")  # not in 20 s, but now
    await visitor.page.get_by_text("オンライン").wait_for()
    await visitor.page.wait_for_selector("[data-waiting]", state="detached")


async def outcomes(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT bearer, rule FROM offline_outcome ORDER BY number")


async def rides(world: World) -> int:
    return len(await world.rows('SELECT 1 FROM "authorization"'))


async def test_a_code_before_the_camera_without_network_a_restart_and_the_upload(
    world: World, chromium: str, tmp_path: Path
) -> None:
    phone = await world.rider()
    world.clock.run()
    camera = tmp_path / "camera.mjpeg"
    switches = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    )
    film("nobody shows anything", camera)
    async with open_site(world, chromium, *switches) as site:
        device = await switched_on(site, tmp_path)
        await register(device, isleta.BUS)
        await start(device)
        await ready(device)
        await device.context.close()

        code = phone.code()
        film(code, camera)
        device = await switched_on(site, tmp_path)
        await device.context.set_offline(True)
        await device.page.goto("/validator")
        answer = await device.page.wait_for_selector(".answer[data-result=granted]")
        assert await decided_by(device) == "device"
        assert "この端末で確かめました" in await answer.inner_text()
        await device.page.wait_for_selector("[data-waiting='1']")
        assert "オフライン" in await device.page.inner_text(".edge")
        assert await device.barriers() == []
        await device.context.close()  # whatever was in memory is gone
        assert await rides(world) == 0

        film("nobody shows anything", camera)
        device = await switched_on(site, tmp_path)
        await device.context.set_offline(True)
        await device.page.goto("/validator")
        await device.page.wait_for_selector("[data-waiting='1']")
        assert await paste(device, code) == ("refused", "code_already_used")
        await next_one(device)
        assert await paste(device, phone.code()) == ("refused", "pass_back")
        await next_one(device)

        await uploaded(device)
        assert await outcomes(world) == [{"bearer": "plan", "rule": "plan:mode:bus"}]
        assert await rides(world) == 1
        assert [fault for fault in device.faults if NO_NETWORK not in fault] == []
        await device.context.close()


async def switched_on(site: Site, tmp_path: Path) -> Visitor:
    return await site.device(tmp_path / "profile", size=TABLET, permissions=["camera"])


async def test_a_server_that_is_too_slow_has_decided_the_same_one_ride(
    world: World, chromium: str
) -> None:
    phone = await world.rider()
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        await ready(visitor)
        # The server grants the ride, and its answer does not arrive.
        site.line.silent = True
        assert await paste(visitor, phone.code()) == ("granted", None)
        assert await decided_by(visitor) == "device"
        site.line.silent = False
        await uploaded(visitor)
        assert await outcomes(world) == [{"bearer": "plan", "rule": "merged"}]
        assert await rides(world) == 1
        assert visitor.faults == []


async def test_what_the_server_says_in_time_is_said_and_kept_for_a_lost_server(
    world: World, chromium: str
) -> None:
    phone = await world.rider()
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        await ready(visitor)
        await visitor.page.evaluate(ENDLESS_PATIENCE)
        assert await paste(visitor, phone.code()) == ("granted", None)
        assert await decided_by(visitor) == "server"
        await visitor.page.wait_for_selector("[data-waiting='1']")
        await uploaded(visitor)
        assert await rides(world) == 1
        assert [o["rule"] for o in await outcomes(world)] == ["merged"]


async def test_what_only_the_server_knows_is_refused_by_the_server(
    world: World, chromium: str
) -> None:
    phone = await world.rider()
    await world.change("UPDATE subscription SET status = 'unpaid'")
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        await ready(visitor)
        await visitor.page.evaluate(ENDLESS_PATIENCE)
        assert await paste(visitor, phone.code()) == ("refused", "subscription_inactive")
        assert await decided_by(visitor) == "server"


async def test_a_device_that_can_keep_nothing_lets_nobody_on(world: World, chromium: str) -> None:
    phone = await world.rider()
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        await ready(visitor)
        await visitor.context.set_offline(True)
        await visitor.page.evaluate(FULL_DISK)
        assert await paste(visitor, phone.code()) == (None, None)
        assert "乗せられません" in await visitor.page.inner_text(".answer.undecided")


async def test_after_a_day_alone_a_bus_is_open_and_says_what_is_old(
    world: World, chromium: str
) -> None:
    resident = await world.resident()
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        await ready(visitor)
        await visitor.context.set_offline(True)
        later = timedelta(hours=25)
        world.clock.advance(later)
        there = await visitor.page.evaluate("Date.now()")
        await visitor.page.clock.install(time=datetime.fromtimestamp(there / 1000, UTC) + later)
        await visitor.page.reload()
        await visitor.page.wait_for_selector(".scan")
        assert await visitor.page.locator(".edge .worry").count() == 1
        phone = await world.phone(resident)
        assert await paste(visitor, phone.code()) == ("granted", None)
        said = await visitor.page.inner_text(".answer")
        assert "一覧が古い" in said
        assert "時計が合っているか" in said


async def test_records_that_were_not_taken_are_shown_to_somebody(
    world: World, chromium: str
) -> None:
    phone = await world.rider()
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        page = visitor.page
        await ready(visitor)
        await visitor.context.set_offline(True)
        assert await paste(visitor, phone.code()) == ("granted", None)
        await next_one(visitor)
        await page.click(".now .button")
        await page.get_by_role("button", name="登録を消す").click()
        assert "まだ送っていない記録が1件" in await page.inner_text(".notice.look")
        await page.click("form button.big")
        await world.change("UPDATE operator_key SET public_key = NULL")
        await visitor.context.set_offline(False)
        await page.get_by_text("送れなかった記録 1件").wait_for()
        await page.click(".now .button")
        assert "端末の鍵が登録されていません" in await page.inner_text(".notice.look")
        assert await visitor.barriers() == []
        await page.get_by_role("button", name="伝えたので消す").click()
        await page.wait_for_selector(".notice.look", state="detached")


async def test_a_taxi_alone_takes_the_price_that_the_rider_signs(
    world: World, chromium: str
) -> None:
    async with open_site(world, chromium) as site:
        rider = await joined(site, size=PHONE)
        await rider.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        taxi = await registered(site, "isleta-taxi", PHONE)
        await ready(taxi)
        for visitor in (rider, taxi):
            await visitor.context.set_offline(True)

        await new_ride(taxi, "2500")
        assert await paste(taxi, await rider.code()) == ("granted", None)
        assert await decided_by(taxi) == "device"
        await next_one(taxi)
        await taxi.page.reload()  # in mid-ride
        await taxi.page.click(".own .primary")
        await enter(taxi, "2300")
        await taxi.page.wait_for_selector("canvas.code")
        assert await taxi.barriers() == []
        # A code that the rider has signed for nothing is no claim.
        assert await paste(taxi, await rider.code()) == ("refused", "challenge_missing")
        await next_one(taxi)

        await rider.page.goto(await taxi.code())
        assert "￥2,300" in await rider.page.inner_text(".asked")
        assert await rider.page.locator("canvas.code").count() == 0
        assert await rider.barriers() == []
        await rider.page.click("main .primary")
        await rider.page.wait_for_selector("canvas.code")
        assert await rider.barriers() == []
        signed = await rider.code()
        # Another price for the same ride is asked anew.
        dearer = rider.page.url.replace(".2300", ".9900")
        await rider.page.goto(dearer)
        await rider.page.get_by_text("￥9,900 を認める").wait_for()
        assert await rider.page.locator("canvas.code").count() == 0
        assert await paste(taxi, signed) == ("granted", None)
        await taxi.page.wait_for_selector(".cars")
        assert await taxi.page.locator(".ride").count() == 0

        await uploaded(taxi)
        assert await outcomes(world) == [{"bearer": "plan", "rule": "plan:ride_cap:taxi"}]
        (ride,) = await world.rows(
            'SELECT status, captured_minor, plan_pays_minor, rider_pays_minor FROM "authorization"'
        )
        assert ride == {
            "status": "captured",
            "captured_minor": 2300,
            "plan_pays_minor": 2000,
            "rider_pays_minor": 300,
        }


async def test_a_taxi_alone_takes_nobody_above_the_amount_that_the_pass_allows(
    world: World, chromium: str
) -> None:
    phone = await world.rider()
    async with open_site(world, chromium) as site:
        taxi = await registered(site, "isleta-taxi", PHONE)
        await ready(taxi)
        await taxi.context.set_offline(True)
        await new_ride(taxi, "99999")
        assert await paste(taxi, phone.code()) == ("refused", "over_offline_cap")
        await next_one(taxi)
        assert await taxi.page.locator(".ride").count() == 0
