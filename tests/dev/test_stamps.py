from pathlib import Path

from devtools.stamps import Stamps, contents, fingerprint


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_fingerprint_does_not_depend_on_order() -> None:
    first = fingerprint([("a", b"1"), ("b", b"2")])
    assert first == fingerprint([("b", b"2"), ("a", b"1")])


def test_fingerprint_changes_with_a_name_a_content_or_where_one_ends() -> None:
    variants = [
        [("a", b"1"), ("b", b"2")],
        [("a", b"1"), ("c", b"2")],
        [("a", b"1"), ("b", b"3")],
        [("a", b"1")],
        [("a", b"1b2")],
        [("a1", b""), ("b", b"2")],
    ]
    assert len({fingerprint(parts) for parts in variants}) == len(variants)


def test_contents_leave_out_what_tools_generate(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pages/src/app.ts": "source",
            "pages/package.json": "{}",
            "pages/dist/app.js": "built",
            "pages/src/schema.ts": "generated",
            "pages/node_modules/x/index.js": "installed",
            "elsewhere.txt": "not asked for",
        },
    )
    assert dict(contents(tmp_path, ["pages"])) == {
        "pages/src/app.ts": b"source",
        "pages/package.json": b"{}",
    }


def test_contents_of_a_single_file(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "x", "other.toml": "y"})
    assert dict(contents(tmp_path, ["pyproject.toml"])) == {"pyproject.toml": b"x"}


def test_a_step_is_done_while_its_value_is_the_same_and_its_output_is_there(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / ".done")
    output = tmp_path / "output"
    assert not stamps.matches("build", "one", output)

    output.mkdir()
    stamps.record("build", "one")
    assert stamps.matches("build", "one", output)
    assert not stamps.matches("build", "two", output)

    output.rmdir()
    assert not stamps.matches("build", "one", output)


def test_a_forgotten_or_half_written_stamp_counts_as_not_done(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    stamps.record("build", {"groups": ["dev"]})
    assert stamps.last("build") == {"groups": ["dev"]}

    (tmp_path / "build.json").write_text('{"groups": [', "utf-8")
    assert stamps.last("build") is None

    stamps.record("build", "one")
    stamps.forget("build")
    assert stamps.last("build") is None
    stamps.forget("build")
