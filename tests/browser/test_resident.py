"""A resident's phone: joining in three steps, and a code that any reader can read."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from api.auth.service import new_session
from tests.support import isleta
from tests.support.pages import DESKTOP, PHONE, Site, Visitor, open_site
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]


async def join(visitor: Visitor) -> str:
    """Name, then plan; returns the number to say at the counter."""
    page = visitor.page
    await page.goto("/app")
    await page.fill("input[name=name]", "花子")
    await page.click("form button")
    await page.click("article button")
    return await page.inner_text(".big-number")


async def pay(world: World, number: str) -> None:
    """The clerk looks the person up and takes the cash."""
    desk = await world.staff("desk")
    found = await desk.get(f"/v1/desk/residents?resident_number={number}")
    held = found["subscription"]
    cash = {
        "resident_number": number,
        "subscription_id": held["subscription_id"],
        "method": "cash",
        **held["amount_due"],
    }
    await desk.post("/v1/desk/payments", cash, key=uuid4().hex)


async def joined(site: Site, **options: object) -> Visitor:
    visitor = await site.visitor(**options)
    await pay(site.world, await join(visitor))
    await visitor.page.wait_for_selector("canvas.code")
    return visitor


async def test_a_resident_joins_pays_at_the_counter_and_rides(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await site.visitor(size=PHONE, language="ja", device_scale_factor=2)
        page = visitor.page
        number = await join(visitor)
        assert await page.inner_text(".pay .amount") == "￥4,900"
        assert await visitor.barriers() == []

        await pay(world, number)
        await page.wait_for_selector(".notice.good")
        assert "使えます" in await page.inner_text(".notice.good")
        bus = await world.reader(isleta.BUS)
        answer = await bus.tap("tap_on", "bus", await visitor.code(), stop_id="a")
        assert (answer["result"], answer["reason"]) == ("granted", None)

        await page.click("a[href='#rides']")
        assert "イスレタバス" in await page.inner_text("li.card")
        assert await visitor.barriers() == []
        assert visitor.faults == []


@pytest.mark.parametrize(("size", "ratio"), [(PHONE, 1), (PHONE, 3), ((320, 640), 2), (DESKTOP, 1)])
async def test_the_code_is_large_and_in_whole_pixels(
    world: World, chromium: str, size: tuple[int, int], ratio: int
) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=size, device_scale_factor=ratio, color_scheme="dark")
        drawn = await visitor.page.evaluate(
            """() => {
              const code = document.querySelector("canvas.code");
              const { data } = code.getContext("2d").getImageData(0, 0, code.width, code.width);
              const across = Number(code.dataset.modules) + 8;
              const quiet = (code.width / across) * 4;
              return {
                shown: code.getBoundingClientRect().width * devicePixelRatio,
                css: code.getBoundingClientRect().width,
                width: code.width,
                pixelsPerModule: code.width / across,
                margin: data.slice(0, code.width * quiet * 4).every((byte) => byte === 255),
                wide: document.documentElement.scrollWidth,
              };
            }"""
        )
        assert drawn["css"] >= 280
        # Browsers keep lengths in sixty-fourths of a CSS pixel.
        assert drawn["shown"] == pytest.approx(drawn["width"], abs=0.05)
        assert drawn["pixelsPerModule"] == int(drawn["pixelsPerModule"])
        assert drawn["margin"]
        assert drawn["wide"] <= size[0]
        assert visitor.faults == []


async def test_the_code_is_another_one_after_twelve_seconds(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await site.visitor(size=PHONE)
        await visitor.page.clock.install()
        await pay(world, await join(visitor))
        await visitor.page.clock.fast_forward(5_000)  # the next poll finds the payment
        await visitor.page.wait_for_selector("canvas.code")
        first = await visitor.code()
        await visitor.page.clock.fast_forward(12_000)
        bus = await world.reader(isleta.BUS)
        renewed = await visitor.code()
        assert renewed != first
        assert (await bus.tap("tap_on", "bus", renewed, stop_id="a"))["result"] == "granted"


async def test_the_key_stays_on_the_phone_and_a_reload_shows_the_same_pass(
    world: World, chromium: str
) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE)
        asked: list[str] = []
        visitor.page.on("request", lambda request: asked.append(request.url))
        await visitor.page.reload()
        await visitor.page.wait_for_selector("canvas.code")
        assert not [url for url in asked if url.endswith("/v1/me/passes")]
        await visitor.page.click("a[href='#privacy']")
        await visitor.page.get_by_role("button", name="サインアウト").click()
        await visitor.page.wait_for_selector("input[name=name]")
        kept = await visitor.page.evaluate(
            """() => new Promise((resolve, reject) => {
              const opening = indexedDB.open("teiki-passes");
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const count = opening.result.transaction("passes").objectStore("passes").count();
                count.onsuccess = () => resolve(count.result);
              };
            })"""
        )
        assert kept == 0


async def test_consent_is_off_and_every_lookup_is_shown(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE, language="en-GB")
        page = visitor.page
        await page.click("a[href='#privacy']")
        await page.wait_for_selector(".lookups li")
        assert [
            text.split("\n")[1] for text in await page.locator(".lookups li").all_inner_texts()
        ] == [
            "Taking your payment",
            "Helping you at the desk",
        ]
        switch = page.get_by_role("switch")
        assert not await switch.is_checked()
        async with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            await switch.click()
        assert [
            row["trip_facts_consent"] for row in await world.rows("SELECT * FROM resident")
        ] == [True]
        assert await visitor.barriers() == []
        assert visitor.faults == []


async def test_the_language_is_the_browsers_until_somebody_chooses(
    world: World, chromium: str
) -> None:
    async with open_site(world, chromium) as site:
        visitor = await site.visitor(language="pt-BR")
        page = visitor.page
        await page.goto("/app")
        await page.get_by_role("button", name="日本語").click()
        assert await page.inner_text("h1") == "あなたの名前を教えてください"
        await page.reload()
        assert await page.inner_text("h1") == "あなたの名前を教えてください"
        assert await page.get_attribute("html", "lang") == "ja"


async def test_an_address_without_https_says_that_it_cannot_be_used(
    world: World, chromium: str
) -> None:
    rule = "--host-resolver-rules=MAP town.example 127.0.0.1"
    async with open_site(world, chromium, rule) as site:
        site.address = site.address.replace("localhost", "town.example")
        for path in ("/app", "/validator"):
            visitor = await site.visitor(language="en-GB")
            await visitor.page.goto(path)
            assert "https://" in await visitor.page.inner_text(".notice.bad")


async def test_am_i_covered_is_answered_before_the_journey(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE, language="ja")
        page = visitor.page
        await page.click("a[href='#plan']")
        await page.get_by_role("button", name="聞く").click()
        await page.wait_for_selector(".covered .notice.good")
        answer = await page.inner_text(".covered .notice.good")
        assert "イスレタバス" in answer
        assert "お金はかかりません" in answer

        await page.select_option(".covered select >> nth=0", "rail")
        assert await page.locator(".covered .notice").count() == 0  # no answer to another question
        await page.get_by_role("button", name="聞く").click()
        await page.wait_for_selector(".covered .notice.look")
        assert await visitor.barriers() == []
        assert visitor.faults == []


async def test_a_resident_takes_their_data_and_is_forgotten(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE)
        page = visitor.page
        await page.click("nav a[href='#privacy']")
        async with page.expect_download() as started:
            await page.click(".own-data a[download]")
        taken = json.loads((await (await started.value).path()).read_text())
        assert taken["tables"]["resident"][0]["display_name"] == "花子"
        await page.click(".own-data .danger")
        assert await visitor.barriers() == []
        await page.click(".own-data .danger")
        await page.wait_for_selector("input[name=name]")
        assert await world.rows("SELECT 1 FROM resident WHERE display_name <> ''") == []
        assert visitor.faults == []


async def test_a_resident_signs_another_browser_out(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await joined(site, size=PHONE)
        (row,) = await world.rows("SELECT account_id FROM resident")
        async with world.database.session() as session:
            new_session(session, world.clock.now(), account_id=row["account_id"])
        page = visitor.page
        await page.click("nav a[href='#privacy']")
        await page.click(".sessions .button")
        await page.wait_for_selector(".sessions .button", state="detached")
        assert "Chrome" in await page.inner_text(".sessions")
        assert await visitor.barriers() == []
        assert visitor.faults == []
