import re
from pathlib import Path

import pytest
import typer.main

from api.cli.main import app
from tests.support import documents

ROOT = Path(__file__).parents[2]
DOCUMENTS = list(documents.files(ROOT, [".md"]))
SOURCES = [".css", ".html", ".js", ".json", ".md", ".py", ".sh", ".toml", ".ts", ".tsx", ".txt"]
FOLDERS = [path.name for path in ROOT.iterdir() if path.is_dir()]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

# Written in two parts, or this file would be the first to name them.
MACHINE_PATHS = re.compile(r"(?<![\w.*])/(?:wo" r"rk|ro" r"ot|ho" r"me/\w+|Us" r"ers/\w+)/")
REGISTRIES = re.compile(r"py" r"pi\.org|python" r"hosted\.org|registry\.npm" r"js|deb\." r"debian")


@pytest.fixture(params=DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for link in documents.links(text):
        target, _, fragment = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), link
        if fragment:
            assert fragment in documents.anchors(path.read_text("utf-8")), link


def test_paths_exist(document: Path) -> None:
    snippets = documents.code(document.read_text("utf-8"))
    named = [path for snippet in snippets for path in documents.paths(snippet, FOLDERS)]
    missing = [path for path in named if not documents.exists(path, ROOT, document.parent)]
    assert not missing


def test_make_targets_exist(document: Path) -> None:
    snippets = documents.code(document.read_text("utf-8"))
    named = {target for snippet in snippets for target in documents.make_targets(snippet)}
    assert named <= TARGETS


def test_teiki_commands_exist(document: Path) -> None:
    command = typer.main.get_command(app)
    for snippet in documents.code(document.read_text("utf-8")):
        arguments = documents.teiki_arguments(snippet)
        if arguments is not None:
            assert documents.unknown_words(command, arguments) == [], snippet


@pytest.mark.parametrize("package", ["api", "analytics", "fares", "gtfs", "mobile-contract"])
def test_every_package_has_its_page(package: str) -> None:
    assert (ROOT / package / "README.md").is_file()


def decisions() -> list[Path]:
    return sorted((ROOT / "docs/decisions").glob("*.md"))


@pytest.mark.parametrize("decision", decisions(), ids=lambda path: path.stem)
def test_a_decision_has_its_three_parts(decision: Path) -> None:
    headings = documents.HEADING.findall(decision.read_text("utf-8"))
    number = decision.name[:4]
    assert re.match(rf"{number}: ", headings[0]), "the title begins with the number"
    assert headings[1:] == ["Context", "Decision", "Consequence"]


def test_no_two_decisions_have_one_number() -> None:
    numbers = [path.name[:4] for path in decisions()]
    assert len(set(numbers)) == len(numbers)


def test_no_file_names_a_machines_paths_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in documents.files(ROOT, SOURCES)
        for pattern in (MACHINE_PATHS, REGISTRIES)
        if (match := pattern.search(path.read_text("utf-8", errors="replace")))
    ]
    assert found == []


def test_every_document_is_in_the_list_of_documents() -> None:
    listed = documents.links((ROOT / "docs/README.md").read_text("utf-8"))
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages <= set(listed)
