from pathlib import Path

import pytest
import typer
import typer.main

from tests.support import documents

TEXT = """\
# Getting started: `make`

See [the guide](guide.md#first-steps) and ![map](img/map.png "A map"), not `[code](x.md)`.

```sh
$ make demo   # a comment
teiki coverage --date 2023-03-01
```

## First steps
"""


def test_links_leave_out_code() -> None:
    assert documents.links(TEXT) == ["guide.md#first-steps", "img/map.png"]


def test_anchors_are_written_as_links_write_them() -> None:
    assert documents.anchors(TEXT) == {"getting-started-make", "first-steps"}


def test_code_is_spans_and_lines_of_blocks() -> None:
    assert documents.code(TEXT) == [
        "make",
        "[code](x.md)",
        "make demo",
        "teiki coverage --date 2023-03-01",
    ]


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("api/rides/desk.py:12", ["api/rides/desk.py"]),
        ("pytest tests/fares -k money", ["tests/fares"]),
        ("decisions/0001-x.md", ["decisions/0001-x.md"]),
        ("api/demo/data/<city>/", ["api/demo/data/<city>/"]),
        ('read_feed(Path("tests/data/a.zip"))', ["tests/data/a.zip"]),
        ("application/problem+json", []),
        ("https://example.org/api/x.py", []),
        ("/v1/me", []),
        ("api/pages/dist", []),
        (".venv/bin/python", []),
        ("api -> analytics", []),
    ],
)
def test_paths(snippet: str, expected: list[str]) -> None:
    assert documents.paths(snippet, ["api", "tests"]) == expected


def test_a_placeholder_stands_for_any_name(tmp_path: Path) -> None:
    (tmp_path / "data/one").mkdir(parents=True)
    assert documents.exists("data/<city>/", tmp_path)
    assert documents.exists("one", tmp_path, tmp_path / "data")
    assert not documents.exists("data/<city>/town.yaml", tmp_path)


def test_make_targets() -> None:
    assert documents.make_targets('make PYTHON=python3.12 demo ARGS="--once"') == ["demo"]
    assert documents.make_targets("make test && make check") == ["test"]
    assert documents.make_targets("cmake test") == []


app, feeds = typer.Typer(), typer.Typer()
app.add_typer(feeds, name="feeds")


@app.command()
def demo(once: bool = False) -> None: ...


@feeds.command("list")
def list_feeds() -> None: ...


@feeds.command()
def activate(feed: str) -> None: ...


@pytest.mark.parametrize(
    ("snippet", "unknown"),
    [
        ("teiki demo --once", []),
        ("teiki demo [--once]", []),
        ("teiki demo --twice", ["--twice"]),
        (".venv/bin/teiki --help", []),
        ("teiki feeds list", []),
        ("teiki feeds list|import", ["import"]),
        ("teiki feeds activate <feed>", []),
        ("teiki feeds", []),
        ("teiki dmeo", ["dmeo"]),
        ('make demo ARGS="--once --jsn"', ["--jsn"]),
        ("teiki demo > demo.log", []),
    ],
)
def test_unknown_words_of_a_command(snippet: str, unknown: list[str]) -> None:
    arguments = documents.teiki_arguments(snippet)
    assert arguments is not None
    assert documents.unknown_words(typer.main.get_command(app), arguments) == unknown


def test_other_commands_are_not_looked_at() -> None:
    assert documents.teiki_arguments("make test ARGS='-k demo'") is None
    assert documents.teiki_arguments("teiki's") is None
