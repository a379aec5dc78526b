from pathlib import Path

import pytest

from devtools import browser
from devtools.console import Console
from devtools.workspace import Workspace


def executable(path: Path) -> str:
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    return str(path)


def test_the_newest_downloaded_build_is_taken(tmp_path: Path) -> None:
    executable(tmp_path / "chromium-999/chrome-linux/chrome")
    newest = executable(tmp_path / "chromium-1181/chrome-linux64/chrome")
    executable(tmp_path / "firefox-2000/firefox/firefox")
    assert browser.in_caches([tmp_path / "absent", tmp_path]) == newest


def test_no_build_no_path(tmp_path: Path) -> None:
    assert browser.in_caches([tmp_path]) is None
    assert browser.on_path(str(tmp_path)) is None


def test_debians_chromium_is_found_on_the_path(tmp_path: Path) -> None:
    path = executable(tmp_path / "bin/chromium")
    assert browser.on_path(str(tmp_path / "bin")) == path


@pytest.mark.parametrize(
    ("named", "expected"), [("/opt/chrome", "/opt/chrome"), ("none", None), ("", None)]
)
def test_a_named_browser_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    named: str,
    expected: str | None,
) -> None:
    import sys

    monkeypatch.setenv("TEIKI_CHROMIUM", named)
    assert browser.find_or_install(Console(sys.stderr), Workspace(tmp_path)) == expected
    assert capsys.readouterr().err == ""
