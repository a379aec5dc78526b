"""Paying by bank card on one's own page: the card is typed at the payment service, never here."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Route

from api.billing.janitor import tidy
from tests.browser.test_resident import join
from tests.support.bank_cards import BankCards, open_bank_cards
from tests.support.pages import DESKTOP, PHONE, Site, Visitor, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]


async def at_the_town(site: Site, visitor: Visitor) -> None:
    """Whoever is sent back to the town's address comes to this site."""

    async def answer(route: Route) -> None:
        address = route.request.url.replace("http://town.test", site.address)
        await route.fulfill(status=302, headers={"location": address})

    await visitor.page.route("http://town.test/**", answer)


async def shown(visitor: Visitor, name: str) -> None:
    """Keep a picture where somebody wants to look at it, and find no barrier."""
    assert await visitor.barriers() == []
    folder = os.environ.get("TEIKI_PICTURES")
    if folder:
        await visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def paid(cards: BankCards, visitor: Visitor) -> None:
    page = visitor.page
    await join(visitor)
    await shown(visitor, "card-choice")
    await page.click(".button.primary.wide")
    await page.wait_for_selector("button[value=declined]")
    await page.click("button[value=declined]")
    await page.wait_for_selector("button[value=good]")
    await page.click("button[value=good]")
    await page.wait_for_selector(".big-number")
    await cards.deliver()
    await page.wait_for_selector("canvas.code")


async def test_a_card_pays_changes_fails_and_leaves(
    database_url: str, tmp_path: Path, chromium: str
) -> None:
    async with (
        open_bank_cards(database_url, tmp_path) as cards,
        open_site(cards.world, chromium) as site,
    ):
        visitor = await site.visitor(size=PHONE)
        page = visitor.page
        await at_the_town(site, visitor)
        await paid(cards, visitor)
        visitor.faults.clear()  # the payment service is another host, on purpose

        await page.click("nav a[href='#plan']")
        await page.wait_for_selector("text=カードで毎月支払われます")
        await page.click(".change-plan summary")
        await page.click("label:has-text('￥7,900')")
        await page.click("label:has-text('次の月から')")
        await shown(visitor, "card-change")
        await page.click(".change-plan button")
        await page.wait_for_selector(".notice.look")
        assert "2026年5月8日" in await page.inner_text(".notice.look")

        cards.fake.engine.use_card(cards.customer(), declines=True)
        cards.move(timedelta(days=31))
        await cards.deliver()
        await tidy(cards.billing)
        await page.reload()
        await page.click("nav a[href='#plan']")
        await page.wait_for_selector("text=カードで支払えませんでした")
        await shown(visitor, "card-failed")
        cards.fake.engine.use_card(cards.customer(), declines=False)
        await cards.deliver()
        await page.reload()
        await page.click("nav a[href='#plan']")

        await page.click(".pause summary")
        await page.select_option(".pause select", "2")
        await page.click(".pause button")
        await page.wait_for_selector("text=休みを終える")
        assert "2026年8月8日" in await page.inner_text("main")
        await page.click("text=休みを終える")
        await page.wait_for_selector(".pause summary")

        await page.click(".button.danger")
        await shown(visitor, "card-leave")
        await page.click(".button.danger >> nth=0")
        await page.wait_for_selector("text=やめるのを取り消す")
        await page.click("text=やめるのを取り消す")
        await page.wait_for_selector("text=プランをやめる")
        await page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        await shown(visitor, "card-desktop")
        assert visitor.faults == []
