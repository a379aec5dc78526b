"""What stands in a file is read to the letter, with the number of its row."""

from pathlib import Path

import pytest

from gtfs.reading import BadRow, Table, read_table
from tests.support.feeds import small_raw_feed


def table(content: str) -> Table:
    """Read a text as routes.txt."""
    return small_raw_feed(routes=content).table("routes")


def test_rows_keep_their_numbers_beside_rows_that_are_left_out() -> None:
    routes = table("route_id,route_type\na,3\n\nb\nc,3\n  \nd,3,x\ne,3\n")
    assert routes.text("route_id").to_dict() == {2: "a", 5: "c", 8: "e"}
    assert routes.bad_rows == (BadRow(4, values=1), BadRow(7, values=3))
    assert routes.blank_rows == (3, 6)


def test_quotation_marks_hold_commas_quotes_and_line_breaks() -> None:
    routes = table(
        'route_id,route_desc\na,"one, two"\nb,"say ""hi"""\nc,"up\nand down"\nd,5" pipe\n'
    )
    assert routes.text("route_desc").tolist() == ["one, two", 'say "hi"', "up\nand down", '5" pipe']


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way_and_the_last_may_not(end: str) -> None:
    routes = table(end.join(["route_id,route_type", "a,3", "b,2"]))
    assert routes.frame.values.tolist() == [["a", "3"], ["b", "2"]]


def test_spaces_around_names_and_values_are_left_out_and_remembered() -> None:
    routes = table("route_id, route_type \n a,3\nb ,2\n")
    assert routes.frame.to_dict("list") == {"route_id": ["a", "b"], "route_type": ["3", "2"]}
    assert routes.padded == {"route_id": (2, 3)}
    assert routes.header == ("route_id", " route_type ")


def test_texts_that_look_like_nothing_are_texts() -> None:
    routes = table("route_id,route_type\nNA,3\nnull,3\nnan,3\n007,3\n")
    assert routes.text("route_id").tolist() == ["NA", "null", "nan", "007"]


def test_a_column_that_is_not_there_is_blank() -> None:
    routes = table("route_id\na\nb\n")
    assert routes.text("route_desc").tolist() == ["", ""]
    assert routes.column("route_desc").filled().tolist() == [False, False]


def test_the_first_of_two_columns_of_one_name_is_read() -> None:
    assert table("route_id,route_id\na,b\n").frame.to_dict("list") == {"route_id": ["a"]}


@pytest.mark.parametrize("content", ["", "\n", " , \n"])
def test_a_file_without_a_header_is_empty(content: str, tmp_path: Path) -> None:
    (tmp_path / "routes.txt").write_text(content)
    read = read_table(tmp_path / "routes.txt")
    assert (read.header, len(read.frame)) == ((), 0)


def test_a_header_alone_is_a_table_without_rows() -> None:
    routes = table("route_id,route_type")
    assert (routes.header, len(routes.frame)) == (("route_id", "route_type"), 0)


@pytest.mark.parametrize("rows", ['"a,3\nb,3\n', 'a,3\nb,"3\n', 'a,3\n"b,3', 'a,"3\nb,3'])
def test_a_quotation_mark_that_is_never_closed_makes_the_file_unreadable(rows: str) -> None:
    routes = table(f"route_id,route_type\n{rows}")
    assert routes.problem == "a quotation mark is never closed"
    assert len(routes.frame) == 0


@pytest.mark.parametrize("rows", ['a,5" pipe\n', 'a,"3"\n', 'a,3\nb,5" pipe,3\n'])
def test_other_quotation_marks_do_no_harm(rows: str) -> None:
    assert table(f"route_id,route_desc\n{rows}").text("route_id").tolist() == ["a"]
