"""A driver's tablet: the whole screen says yes or no, and one attempt is decided once."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from api.operators.service import revoke_key
from tests.support import isleta
from tests.support.pages import PHONE, TABLET, Site, Visitor, film, open_site
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]


async def registered(site: Site, operator_id: str, size: tuple[int, int] = TABLET) -> Visitor:
    """A tablet that a member of staff has registered and a driver has started."""
    visitor = await site.visitor(size=size, language="ja", permissions=["camera"])
    await register(visitor, operator_id)
    await start(visitor)
    return visitor


async def register(visitor: Visitor, operator_id: str) -> None:
    """What a member of staff does with the device."""
    await visitor.sign_in(await visitor.site.staff_link("operator", operator_id))
    await visitor.page.fill("input[name=name]", "12号車")
    await visitor.page.click("form button.primary")
    await visitor.page.wait_for_selector("form button.big")


async def start(visitor: Visitor) -> None:
    """What a driver does with it, first thing."""
    await visitor.page.click("form button.big")


async def paste(visitor: Visitor, code: str) -> tuple[str | None, str | None]:
    """Paste a code; the result and reason of the answer that fills the screen."""
    page = visitor.page
    if not await page.locator("textarea").is_visible():
        await page.click(".scan > .button")
    await page.wait_for_selector(".edge[data-list=held]", state="attached")
    await page.fill("textarea", code)
    await page.click(".paste .primary")
    answer = await page.wait_for_selector(".answer")
    said = await answer.get_attribute("data-result"), await answer.get_attribute("data-reason")
    assert await visitor.barriers() == []
    return said


async def enter(visitor: Visitor, amount: str) -> None:
    """Enter an amount by the keys."""
    for digit in amount:
        await visitor.page.click(f".keys button:text-is('{digit}')")
    assert await visitor.page.inner_text("output") == f"￥{int(amount):,}"
    await visitor.page.click(".keypad .primary")


async def new_ride(visitor: Visitor, amount: str) -> None:
    """A driver gets ready to scan for a ride of up to an amount, in the first area."""
    await visitor.page.click(".cars .primary")
    await enter(visitor, amount)
    await visitor.page.click(".choice label >> nth=0")
    await visitor.page.click(".cars .primary")


async def next_one(visitor: Visitor) -> None:
    """The next scan begins by itself."""
    await visitor.page.wait_for_selector(".answer", state="detached")


async def test_the_camera_lets_on_and_the_same_code_or_an_old_one_does_not(
    world: World, chromium: str, tmp_path: Path
) -> None:
    phone, somebody_else = await world.rider(), await world.rider()
    world.clock.run()
    code = phone.code()
    camera = film(code, tmp_path / "camera.mjpeg")
    switches = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    )
    async with open_site(world, chromium, *switches) as site:
        visitor = await registered(site, isleta.BUS)
        answer = await visitor.page.wait_for_selector(".answer")
        assert await answer.get_attribute("data-result") == "granted"
        assert "乗れます" in await answer.inner_text()
        await next_one(visitor)

        assert await paste(visitor, code) == ("refused", "code_already_used")
        await next_one(visitor)
        late = somebody_else.code()  # of the first, this reader knows that they are aboard
        world.clock.advance(timedelta(seconds=60))
        assert await paste(visitor, late) == ("refused", "code_too_old")
        assert "乗れません" in await visitor.page.inner_text(".answer")
        assert visitor.faults == []


async def test_a_child_is_let_on_with_a_look_at_the_category(world: World, chromium: str) -> None:
    browser = await world.resident()
    await world.change("UPDATE resident SET rider_category = 'child'")
    phone = await world.phone(browser)
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        assert await paste(visitor, phone.code()) == ("granted", None)
        assert "こども" in await visitor.page.inner_text(".answer.look")


async def test_a_printed_pass_is_read_and_staff_look_at_the_category(
    world: World, chromium: str
) -> None:
    resident, desk = await world.resident(), await world.staff("desk")
    body = {"resident_number": resident.me["resident_number"]}
    sheet = await desk.post("/v1/desk/paper-passes", body)
    async with open_site(world, chromium) as site:
        printer = await site.visitor(size=PHONE)
        await printer.page.set_content(sheet["svg"])
        picture = await printer.page.locator("svg").screenshot()
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
        assert (found.text, found.ec_level) == (sheet["code"], "Q")

        visitor = await registered(site, isleta.BUS)
        assert await paste(visitor, found.text) == ("granted", None)
        said = await visitor.page.inner_text(".answer.look")
        assert "紙のパス" in said
        assert "一般" in said
        await next_one(visitor)
        # Not again at once, whoever carries it by then.
        assert await paste(visitor, found.text) == ("refused", "pass_back")


async def test_a_taxi_holds_an_amount_drives_and_charges(world: World, chromium: str) -> None:
    phone = await world.rider()
    async with open_site(world, chromium) as site:
        visitor = await registered(site, "isleta-taxi", PHONE)
        page = visitor.page
        await new_ride(visitor, "2500")
        assert await paste(visitor, phone.code()) == ("granted", None)
        await page.wait_for_selector(".ride")
        # A reload in mid-ride loses nothing.
        await page.reload()
        for leg_state in ("IN_USE", "ENDED"):
            await page.click(".ride .primary")
            await page.wait_for_selector(f".ride[data-leg={leg_state}]")
        await page.click(".ride .primary")
        await enter(visitor, "2300")
        await page.wait_for_selector(".ride[data-status=captured]")
        # The plan pays up to 2,000 for a taxi ride; what is above is the rider's.
        assert "￥300" in await page.inner_text(".ride")
        assert await visitor.barriers() == []
        assert visitor.faults == []


async def test_a_key_that_was_taken_back_registers_anew(
    world: World, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.operators.keys.REMEMBER_SECONDS", 0.0)
    async with open_site(world, chromium) as site:
        visitor = await registered(site, isleta.BUS)
        await visitor.page.wait_for_selector(".scan")
        (key,) = await world.rows("SELECT key_id FROM operator_key")
        async with world.database.session() as session:
            await revoke_key(session, world.clock.now(), key["key_id"])
        await visitor.page.reload()
        await visitor.page.get_by_text("この端末の鍵は止められています").wait_for()
        assert await visitor.barriers() == []
