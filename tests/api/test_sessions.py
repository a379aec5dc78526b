"""Where somebody is signed in: seen and ended by themselves, by nobody else."""

from __future__ import annotations

import pytest

from api.auth.browsers import browser_of
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

CHROME = (
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "browser"),
    [
        (CHROME, "Chrome, Android"),
        (CHROME + " Edg/150.0", "Edge, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605.1", "Safari, iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko/20100101 Firefox/150.0",
            "Firefox, Windows",
        ),
        ("curl/8.0", None),
        (None, None),
    ],
)
def test_a_browser_is_said_shortly(user_agent: str | None, browser: str | None) -> None:
    assert browser_of(user_agent) == browser


async def test_a_resident_signs_another_browser_out(world: World) -> None:
    here = await world.resident()
    there = await world.resident_again(here)
    sessions = (await here.get("/v1/me/sessions"))["items"]
    assert [each["current"] for each in sessions].count(True) == 1
    (other,) = (each for each in sessions if not each["current"])
    answer = await here.send("DELETE", f"/v1/me/sessions/{other['session_id']}")
    assert answer.status_code == 204
    await there.get("/v1/me", 401)
    assert len((await here.get("/v1/me/sessions"))["items"]) == 1
    again = await here.send("DELETE", f"/v1/me/sessions/{other['session_id']}")
    assert (again.status_code, again.json()["code"]) == (404, "no_session")


async def test_nobody_ends_or_sees_anybody_elses(world: World) -> None:
    resident, stranger, desk = (
        await world.resident(),
        await world.resident(),
        await world.staff("desk"),
    )
    (mine,) = (await resident.get("/v1/me/sessions"))["items"]
    for other in (stranger, desk):
        (theirs,) = (await other.get("/v1/me/sessions"))["items"]
        assert theirs["session_id"] != mine["session_id"]
        answer = await other.send("DELETE", f"/v1/me/sessions/{mine['session_id']}")
        assert answer.status_code == 404
    await resident.get("/v1/me")
