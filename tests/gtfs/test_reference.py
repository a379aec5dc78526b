"""The list of files and fields hangs together."""

from gtfs.reference import REQUIRED_FILES, SINGLE_ROW_FILES, known_fields, reference

KINDS = {
    "amount",
    "color",
    "currency",
    "date",
    "email",
    "enum",
    "float",
    "id",
    "integer",
    "language",
    "latitude",
    "longitude",
    "phone",
    "route_type",
    "text",
    "time",
    "timezone",
    "url",
}


def test_every_reference_leads_to_a_field() -> None:
    for file in reference().values():
        for field in file.fields.values():
            for target, name in field.refers_to:
                assert target == "locations" or name in reference()[target].fields


def test_every_type_is_one_of_the_reference() -> None:
    fields = [field for file in reference().values() for field in file.fields.values()]
    assert {field.kind for field in fields} == KINDS
    assert {field.presence for field in fields} == {"", "column", "required"}
    assert {field.bound for field in fields} == {"", ">0", ">=0", "!=0"}
    assert all(field.choices for field in fields if field.kind == "enum")


def test_files_that_are_named_elsewhere_are_known() -> None:
    assert {*REQUIRED_FILES, *SINGLE_ROW_FILES} <= set(reference())


def test_keys_are_the_primary_keys_of_the_reference() -> None:
    assert reference()["stop_times"].key == ("trip_id", "stop_sequence")
    assert reference()["feed_info"].key == ()


def test_translations_have_two_layouts() -> None:
    old = known_fields("translations", frozenset({"trans_id", "lang", "translation"}))
    assert tuple(old) == ("trans_id", "lang", "translation")
    assert "record_id" in known_fields("translations", frozenset({"table_name"}))
