"""How are stops called, and how are they read aloud? From either layout of translations.txt."""

from collections.abc import Mapping

from gtfs.reading import Table

READING_LANGUAGE = "ja-hrkt"


def stop_readings(translations: Table, names: Mapping[str, str]) -> dict[str, str]:
    """Return stop_id -> yomigana, given stop_id -> stop_name.

    GTFS-JP v1 and v2 key a translation by the original text (trans_id, lang, translation); the
    reference by table and record (record_id) or by table and original text (field_value).
    """
    by_text_only = "trans_id" in translations.columns
    language = translations.text("lang" if by_text_only else "language").str.lower()
    wanted = language == READING_LANGUAGE
    if not by_text_only:
        wanted &= translations.text("table_name") == "stops"
        wanted &= translations.text("field_name") == "stop_name"
    spoken = translations.text("translation")[wanted]
    originals = translations.text("trans_id" if by_text_only else "field_value")[wanted]
    records = translations.text("record_id")[wanted]
    by_name = dict(zip(originals, spoken, strict=True))
    by_id = dict(zip(records, spoken, strict=True))
    readings = {stop_id: by_id.get(stop_id) or by_name.get(name) for stop_id, name in names.items()}
    return {stop_id: reading for stop_id, reading in readings.items() if reading}
