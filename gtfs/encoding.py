"""In which encoding is a file written, when it is not UTF-8?"""

import codecs

HIRAGANA_AND_KATAKANA = range(0x3041, 0x30FB)
# First bytes of the kana and everyday kanji in Shift_JIS; in Western encodings these are control
# characters and typographic marks, which words do not consist of.
SHIFT_JIS_LEADS = range(0x81, 0xA0)


def looks_like(content: bytes) -> str | None:
    """Return the name of the encoding that `content` seems to have, None when it is UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return None
    if _is_shift_jis(content):
        return "Shift_JIS"
    if _is_euc_jp(content):
        return "EUC-JP"
    return "Windows-1252 or another encoding of one byte a character"


def _is_shift_jis(content: bytes) -> bool:
    try:
        text = content.decode("cp932")
    except UnicodeDecodeError:
        return False
    encoded = [char.encode("cp932") for char in set(text) if not char.isascii()]
    return sum(char[0] in SHIFT_JIS_LEADS for char in encoded) * 2 > len(encoded)


def _is_euc_jp(content: bytes) -> bool:
    try:
        text = content.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    return any(ord(char) in HIRAGANA_AND_KATAKANA for char in set(text))
