"""A planner's screen: a map from our own data, and the API's numbers beside it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from api.insights.coverage import run_coverage
from api.services import Services
from tests.support import isleta
from tests.support.pages import DESKTOP, DRAWS_WEBGL, Site, Visitor, open_site
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.database]
PRESET = "sdg-11.2.1"
# The ends of the scale at seven tenths over the map's ground.
SERVED, MISSING = (73, 119, 171), (193, 116, 73)
Town = tuple[World, Services]


async def measured(town: Town) -> tuple[Browser, str]:
    """A planner who asks the API, and the run to ask for."""
    world, services = town
    (run,) = await run_coverage(services, isleta.SERVICE_DATE, (None,))
    return await world.staff("planner"), str(run.run_id)


async def planner_page(site: Site, path: str = "/planner", language: str = "en-GB") -> Visitor:
    visitor = await site.visitor(size=DESKTOP, language=language)
    await visitor.sign_in(await site.staff_link("planner"))
    await visitor.page.wait_for_url("**/planner*")
    if path != "/planner":
        await visitor.page.goto(path)
    return visitor


def pixels_near(picture: bytes, colour: tuple[int, int, int]) -> int:
    """How many pixels of a screenshot are of about this colour."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return sum(
        count
        for count, found in image.getcolors(image.width * image.height) or []
        if all(abs(a - b) <= 6 for a, b in zip(found, colour, strict=True))  # type: ignore[arg-type]  # RGB: three parts
    )


async def test_the_map_is_drawn_and_its_numbers_are_the_apis(town: Town, chromium: str) -> None:
    api, run = await measured(town)
    async with open_site(town[0], chromium, *DRAWS_WEBGL) as site:
        visitor = await planner_page(site)
        page = visitor.page
        await page.wait_for_selector(".map[data-drawn=true][data-cells='4']")
        picture = await page.locator(".map").screenshot()
        assert pixels_near(picture, SERVED) > 500
        assert pixels_near(picture, MISSING) > 100

        summary = await api.get(f"/v1/insights/coverage?run_id={run}")
        shares = summary["presets"][PRESET]["population_share"]
        rows = page.locator(".legend tr")
        shown = {
            await row.get_attribute("data-step"): float(await row.get_attribute("data-share") or "")
            for row in await rows.all()
        }
        assert shown == pytest.approx(shares)
        people = [text.split("\t")[-1] for text in await rows.all_inner_texts()]
        assert people == ["600 people", "100 people", "0 people"]

        gaps = (await api.get(f"/v1/insights/gaps?run_id={run}&preset_id={PRESET}"))["items"]
        table = page.locator(".areas tbody tr")
        assert [await row.get_attribute("data-cell") for row in await table.all()] == [
            gap["cell_id"] for gap in gaps if gap["gap_type"] != "not_assessed"
        ]
        assert await visitor.barriers() == []
        assert visitor.faults == []


async def test_an_area_says_why_and_the_link_shows_it_again(town: Town, chromium: str) -> None:
    api, run = await measured(town)
    async with open_site(town[0], chromium, *DRAWS_WEBGL) as site:
        visitor = await planner_page(site)
        page = visitor.page
        # By keyboard, as somebody without a mouse does.
        await page.locator(".areas button").first.focus()
        await page.keyboard.press("Enter")
        why = page.locator(".why")
        said = await why.inner_text()
        (gap,) = (await api.get(f"/v1/insights/gaps?run_id={run}&preset_id={PRESET}"))["items"]
        assert "No stop within reach" in said
        assert f"{gap['nearest_stops'][0]['walk_meters']:,.0f} m on foot" in said
        assert await visitor.barriers() == []

        link = page.url
        assert f"run={run}" in link and f"cell={gap['cell_id']}" in link
        again = await planner_page(site, link.removeprefix(site.address))
        assert await again.page.locator(".why").get_attribute("data-cell") == gap["cell_id"]
        assert await again.page.locator("select[name=preset]").input_value() == PRESET
        assert visitor.faults + again.faults == []


async def test_a_measure_colours_the_map_and_counts_people(town: Town, chromium: str) -> None:
    await measured(town)
    async with open_site(town[0], chromium, *DRAWS_WEBGL) as site:
        visitor = await planner_page(site)
        page = visitor.page
        await page.select_option("select[name=measure]", "walk_meters_bus")
        rows = page.locator(".legend tr")
        await rows.get_by_text("under 300 m").wait_for()
        people = [text.split("\t")[-1] for text in await rows.all_inner_texts()]
        assert people == ["600 people", "0 people", "0 people", "100 people", "0 people"]
        assert "measure=walk_meters_bus" in page.url


async def test_without_webgl_the_page_says_so_and_keeps_its_table(
    town: Town, chromium: str
) -> None:
    await measured(town)
    async with open_site(town[0], chromium, "--disable-3d-apis") as site:
        visitor = await planner_page(site, language="ja")
        assert "WebGL" in await visitor.page.inner_text(".no-map")
        assert await visitor.page.locator(".areas tbody tr").count() == 1
        assert await visitor.barriers() == []


async def test_a_town_without_streets_or_people_shows_stops_and_judges_nothing(
    database_url: str, tmp_path: Path, chromium: str
) -> None:
    bare = {"streets": None, "population": None}
    async with isleta.open_isleta(database_url, tmp_path, **bare) as town:
        await isleta.add_feed(town[1], isleta.feed(tmp_path))
        await measured(town)
        async with open_site(town[0], chromium, *DRAWS_WEBGL) as site:
            visitor = await planner_page(site)
            page = visitor.page
            await page.wait_for_selector(".map[data-drawn=true]")
            said = await page.inner_text(".notice.look")
            assert "Not assessed" in said
            assert "no street data" in said and "no population data" in said
            assert pixels_near(await page.locator(".map").screenshot(), (26, 26, 26)) > 10
            assert await page.locator(".areas").count() == 0
            assert await visitor.barriers() == []
            assert visitor.faults == []


async def test_who_is_not_a_planner_is_asked_to_sign_in(world: World, chromium: str) -> None:
    async with open_site(world, chromium) as site:
        visitor = await site.visitor(language="en-GB")
        await visitor.page.goto("/planner")
        assert "Sign in as a planner" in await visitor.page.inner_text(".notice")
