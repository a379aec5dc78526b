"""How are stops called, and how are they read aloud? From either layout of translations.txt."""

from collections.abc import Mapping

from gtfs.reading import Table

READING_LANGUAGE = "ja-hrkt"


def stop_readings(translations: Table | None, names: Mapping[str, str]) -> dict[str, str]:
    """Return stop_id -> yomigana, given stop_id -> stop_name.

    GTFS-JP v1 and v2 key a translation by the original text (trans_id, lang, translation), the
    reference by table and record (record_id) or by table and original text (field_value).
    """
    if translations is None:
        return {}
    language = "lang" if "trans_id" in translations.columns else "language"
    spoken = translations.frame[translations.text(language).str.lower() == READING_LANGUAGE]
    rows = Table(translations.name, translations.filename, spoken)
    if "trans_id" in translations.columns:
        by_name = dict(zip(rows.text("trans_id"), rows.text("translation"), strict=True))
        by_id: dict[str, str] = {}
    else:
        named = (rows.text("table_name") == "stops") & (rows.text("field_name") == "stop_name")
        rows = Table(translations.name, translations.filename, spoken[named])
        by_name = dict(zip(rows.text("field_value"), rows.text("translation"), strict=True))
        by_id = dict(zip(rows.text("record_id"), rows.text("translation"), strict=True))
    readings = {stop_id: by_id.get(stop_id) or by_name.get(name) for stop_id, name in names.items()}
    return {stop_id: reading for stop_id, reading in readings.items() if reading}
