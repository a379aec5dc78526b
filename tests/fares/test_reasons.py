import re

import pytest

from fares.reasons import MESSAGES, Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_one_sentence_in_both_languages(reason: Reason) -> None:
    text = MESSAGES[reason]
    assert re.fullmatch(r"[^。a-z_{}]+。", text.ja)
    assert re.fullmatch(r"[A-Z][^.{}_]+\.", text.en)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_to_do(reason: Reason) -> None:
    text = MESSAGES[reason]
    assert text.ja.endswith("ください。")
    cause, act = text.en.split("; ")
    assert cause
    assert re.match(
        r"(ask|check|connect|contact|decide|get|go|make|open|pay|renew|scan|send|set|show|tell|wait|each)\b",
        act,
    )


def test_codes_are_the_names_in_small_letters() -> None:
    assert [reason.value for reason in Reason] == [reason.name.lower() for reason in Reason]


def test_no_two_reasons_read_the_same() -> None:
    assert len({text.ja for text in MESSAGES.values()}) == len(Reason)
    assert len({text.en for text in MESSAGES.values()}) == len(Reason)
