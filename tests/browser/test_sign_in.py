"""A single-use link: pressed by a person, gone from the address bar, told when it is used up."""

from __future__ import annotations

import pytest

from tests.support.pages import open_site
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]


async def test_opening_a_link_uses_nothing_up_and_pressing_does(
    world: World, chromium: str
) -> None:
    async with open_site(world, chromium) as site:
        link = await site.staff_link("planner")
        scanner = await site.visitor()
        await scanner.page.goto(link)
        await scanner.page.wait_for_selector("button.primary")
        assert "token" not in scanner.page.url

        planner = await site.visitor(language="en-GB")
        await planner.sign_in(link)
        await planner.page.wait_for_url("**/planner*")

        late = await site.visitor(language="en-GB")
        await late.sign_in(link)
        assert "used already or has expired" in await late.page.inner_text(".notice.bad")
        assert await late.barriers() == []
        assert scanner.faults + planner.faults + late.faults == []
