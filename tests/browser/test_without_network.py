"""A resident's phone in a tunnel, on the next day, and when keys or clocks go wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.passes.keys import drop_key
from api.passes.status_list import build_status_list
from tests.browser.test_resident import joined
from tests.support import isleta
from tests.support.pages import PHONE, Visitor, open_site
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]


async def cut_off(visitor: Visitor) -> None:
    """The network goes, once the page has kept its files."""
    await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await visitor.context.set_offline(True)


async def later(world: World, visitor: Visitor, days: int) -> None:
    """Days pass for the town and for the phone, which is then opened anew."""
    world.clock.advance(timedelta(days=days))
    # The phone's own clock: the page adds the offset that it has kept.
    kept = await visitor.page.evaluate("Date.now()")
    moved = datetime.fromtimestamp(kept / 1000, UTC) + timedelta(days=days)
    await visitor.page.clock.install(time=moved)
    await visitor.page.reload()


async def rides(world: World, visitor: Visitor) -> str:
    bus = await world.reader(isleta.BUS)
    answer = await bus.tap("tap_on", "bus", await visitor.code(), stop_id="a")
    return str(answer["reason"] or answer["result"])


async def test_the_pass_is_shown_without_network_today_and_for_days(
    world: World, chromium: str
) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE)
        page = visitor.page
        await cut_off(visitor)
        await page.reload()
        await page.wait_for_selector("canvas.code")
        assert await visitor.barriers() == []
        assert await rides(world, visitor) == "granted"

        await later(world, visitor, days=3)
        await page.wait_for_selector("canvas.code")
        assert "ネットにつながっていません" in await page.inner_text(".notice.info")
        assert await rides(world, visitor) == "granted"

        await later(world, visitor, days=6)
        assert "ネットにつないで" in await page.inner_text(".notice.bad")
        assert await page.locator("canvas.code").count() == 0

        await visitor.context.set_offline(False)
        await page.wait_for_selector("canvas.code")
        assert await rides(world, visitor) == "granted"


async def test_the_page_can_be_installed(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE)
        await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        devtools = await visitor.context.new_cdp_session(visitor.page)
        found = await devtools.send("Page.getInstallabilityErrors")
        # Playwright's contexts are private windows, in which nothing is installed.
        errors = {error["errorId"] for error in found["installabilityErrors"]}
        assert errors <= {"in-incognito"}
        assert visitor.faults == []


async def test_a_dropped_key_strands_nobody(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE)
        stale = await visitor.code()
        (row,) = await world.rows("SELECT DISTINCT kid FROM pass_certificate")
        async with world.database.session() as session:
            await drop_key(
                session, world.clock.now(), world.settings.secret, bytes(row["kid"]), "drill"
            )
            await build_status_list(session, world.clock.now(), world.settings)
        async with visitor.page.expect_response("**/v1/me/passes"):
            await visitor.page.reload()
        await visitor.page.wait_for_selector("canvas.code")
        bus = await world.reader(isleta.BUS)
        assert (await bus.tap("tap_on", "bus", stale, stop_id="a"))["result"] == "refused"
        assert await rides(world, visitor) == "granted"


async def test_a_lost_phone_stops_at_once_from_another_browser(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        lost = await joined(site, size=PHONE)
        code = await lost.code()
        (resident,) = await world.rows("SELECT resident_number FROM resident")
        browser = world.browser()
        browser.me = resident
        again = await world.resident_again(browser)
        other = await site.visitor(size=PHONE)
        await other.context.add_cookies(
            [
                {"name": name, "value": value, "url": site.address}
                for name, value in again.client.cookies.items()
            ]
        )
        await other.page.goto("/app#privacy")
        await other.page.get_by_role("button", name="スマートフォンをなくしました").click()
        assert await other.barriers() == []
        await other.page.get_by_role("button", name="パスを止める").click()
        await other.page.wait_for_selector(".notice.good")
        bus = await world.reader(isleta.BUS)
        answer = await bus.tap("tap_on", "bus", code, stop_id="a")
        assert (answer["result"], answer["reason"]) == ("refused", "pass_revoked")


async def test_a_clock_set_back_shows_no_code_that_readers_would_doubt(
    world: World, chromium: str
) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE)
        page = visitor.page
        await cut_off(visitor)
        now = datetime.fromtimestamp(await page.evaluate("Date.now()") / 1000, UTC)
        await page.clock.install(time=now - timedelta(hours=1))
        await page.reload()
        assert "時計" in await page.inner_text(".notice.bad")
        await visitor.context.set_offline(False)
        await page.reload()
        await page.wait_for_selector("canvas.code")
        assert await rides(world, visitor) == "granted"
