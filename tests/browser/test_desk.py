"""The counter's screen: somebody without a phone leaves it with a receipt and a pass on paper."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from tests.support import isleta
from tests.support.pages import DESKTOP, PHONE, Site, Visitor, open_site
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]


async def desk_page(
    site: Site, size: tuple[int, int] = DESKTOP, language: str = "en-GB"
) -> Visitor:
    visitor = await site.visitor(size=size, language=language)
    await visitor.sign_in(await site.staff_link("desk"))
    await visitor.page.wait_for_url("**/desk")
    await visitor.page.wait_for_selector("input[name=number]")
    return visitor


async def enrol(visitor: Visitor, name: str = "Hana") -> str:
    """Enrol somebody and choose their plan; returns their number."""
    page = visitor.page
    await page.fill("input[name=name]", name)
    await page.press("input[name=name]", "Enter")
    await page.click("article .button.primary")
    await page.wait_for_selector("section[aria-live] .amount")
    return await page.inner_text(".big-number")


async def take_payment(visitor: Visitor) -> str:
    """Take the month's fee; returns the receipt's text."""
    await visitor.page.click("section[aria-live] .button.primary")
    await visitor.page.wait_for_selector(".printed")
    return await visitor.page.inner_text(".printed")


async def thing(visitor: Visitor, name: str) -> None:
    await visitor.page.get_by_role("button", name=name, exact=True).click()


async def test_somebody_without_a_phone_is_enrolled_pays_and_takes_a_pass_on_paper(
    world: World, chromium: str
) -> None:
    async with open_site(world, chromium) as site:
        visitor = await desk_page(site)
        assert await visitor.barriers() == []
        number = await enrol(visitor)
        assert await visitor.barriers() == []
        receipt = await take_payment(visitor)
        assert "R2023-000001" in receipt
        assert "JP¥4,900" in receipt
        assert "Active" in await visitor.page.inner_text("dl.pairs >> nth=0")
        await thing(visitor, "Print a paper pass")
        await visitor.page.click("section[aria-live] .button.primary")
        await visitor.page.locator("img.sheet").evaluate("picture => picture.decode()")
        assert await visitor.barriers() == []
        picture = await visitor.page.locator("img.sheet").screenshot()
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
        bus = await world.reader(isleta.BUS)
        answer = await bus.tap("tap_on", "bus", found.text, stop_id="a", sequence=1)
        assert (answer["result"], answer["reason"]) == ("granted", None)
        rows = await world.rows(
            "SELECT purpose FROM lookup JOIN resident USING (account_id) "
            "WHERE resident_number = :number",
            number=number,
        )
        assert sorted(row["purpose"] for row in rows) == ["enrolment", "paper", "payment", "plan"]
        assert visitor.faults == []


async def test_money_is_given_back_and_the_drawer_is_counted(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await desk_page(site)
        page = visitor.page
        await enrol(visitor)
        await take_payment(visitor)
        await thing(visitor, "Take payment")
        await page.click("summary")
        await page.fill("input[name=receipt]", "r2023-000001")
        await page.fill("input[name=reason]", "Paid twice")
        await page.click("details .button.danger")
        await page.wait_for_selector(".printed")
        back = await page.inner_text(".printed")
        assert "R2023-000002" in back
        assert "-JP¥4,900" in back
        await page.wait_for_selector("dl.pairs:has-text('Waiting for payment')")
        await thing(visitor, "Take payment")
        await take_payment(visitor)

        await thing(visitor, "Drawer")
        await page.wait_for_selector("tfoot")
        assert await visitor.barriers() == []
        assert "JP¥4,900" in await page.inner_text("tfoot")
        assert "Paid twice" in await page.inner_text("tbody")
        await page.fill("input[name=counted]", "4,8oo")
        await page.press("input[name=counted]", "Enter")
        assert "in figures" in await page.inner_text(".problem")
        await page.fill("input[name=counted]", "4,800")
        await page.press("input[name=counted]", "Enter")
        assert "Write down why" in await page.inner_text(".notice.bad")
        await page.fill("input[name=note]", "Wrong change")
        await page.click("form .button.primary")
        await page.wait_for_selector(".printed")
        closed = await page.inner_text(".printed")
        assert "-JP¥100" in closed
        assert "Wrong change" in closed
        assert visitor.faults == []


async def test_a_concession_a_card_and_a_lost_one(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await desk_page(site)
        page = visitor.page
        await enrol(visitor)
        await take_payment(visitor)
        await thing(visitor, "Attest a concession")
        assert await visitor.barriers() == []
        await thing(visitor, "Could not be proven")
        assert "Nothing changes" in await page.inner_text("section[aria-live] .notice")
        await thing(visitor, "Attest a concession")
        await thing(visitor, "Eligible")
        await page.wait_for_selector("dl.pairs:has-text('Senior')")
        await thing(visitor, "Link a card")
        await page.fill("input[name=number]", "12")
        await page.press("input[name=number]", "Enter")
        assert "hexadecimal" in await page.inner_text(".problem")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        await page.fill("input[name=number]", "01 12 03 12 B4 5C 16 07")
        await page.press("input[name=number]", "Enter")
        await page.wait_for_selector("section[aria-live] .notice.good")
        assert any("card_reference" in body for body in sent)
        assert not any("01120312" in body.upper().replace(" ", "") for body in sent)
        await thing(visitor, "Report lost")
        await thing(visitor, "Card")
        await thing(visitor, "Stop the card")
        await page.wait_for_selector("section[aria-live] .notice.good")
        assert (await world.rows("SELECT ended_at FROM card"))[0]["ended_at"] is not None
        await thing(visitor, "Report lost")
        await thing(visitor, "Phone")
        await thing(visitor, "Stop the phone")
        await page.wait_for_selector("canvas.code")
        assert "/sign-in#token=" in await visitor.code()
        assert await visitor.barriers() == []
        assert visitor.faults == []


async def test_the_rides_of_a_month_are_shown_to_be_printed(world: World, chromium: str) -> None:
    resident = await world.resident()
    phone = await world.phone(resident)
    bus = await world.reader(isleta.BUS)
    await bus.tap("tap_on", "bus", phone.code(), stop_id="a")
    async with open_site(world, chromium) as site:
        visitor = await desk_page(site, size=PHONE, language="ja")
        page = visitor.page
        await page.fill("input[name=number]", "T00-0000-000")
        await page.press("input[name=number]", "Enter")
        assert "見つかりません" in await page.inner_text(".notice.bad")
        await page.fill("input[name=number]", resident.me["resident_number"].lower())
        await page.press("input[name=number]", "Enter")
        await thing(visitor, "乗車の記録を印刷")
        await page.fill("input[name=month]", f"{world.clock.now():%Y-%m}")
        await thing(visitor, "表示する")
        await page.wait_for_selector("table")
        assert "イスレタバス" in await page.inner_text("tbody")
        assert await visitor.barriers() == []
        looks = [look["purpose"] for look in (await resident.get("/v1/me/lookups"))["items"]]
        assert {"counter", "rides"} <= set(looks)
        assert visitor.faults == []


async def test_who_is_no_staff_of_the_desk_sees_no_counter(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await site.visitor()
        await visitor.page.goto("/desk")
        await visitor.page.wait_for_selector("a[href='/sign-in']")
        assert await visitor.page.locator("input[name=number]").count() == 0
        await visitor.sign_in(await site.staff_link("planner"))
        await visitor.page.wait_for_url("**/planner*")
        await visitor.page.goto("/desk")
        await visitor.page.wait_for_selector("a[href='/sign-in']")
        assert await visitor.page.locator("input[name=number]").count() == 0
