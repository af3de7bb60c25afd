"""The words of other programs: closed, and refused when they are not."""

import pytest

from mcplog.errors import KnowledgeError
from mcplog.knowledge.failure_words import (
    description_phrases,
    failure_by_code,
    failure_by_schema_field,
    parse_phrases,
    parse_words,
    reason_by_output,
)
from mcplog.model.failures import DESCRIPTION_CLASSES


def test_every_description_class_has_a_phrase() -> None:
    assert {name for _, name in description_phrases()} == set(DESCRIPTION_CLASSES)


def test_codes_and_fields_tell_failures() -> None:
    assert failure_by_code()["ECONNREFUSED"] == "connection-refused"
    assert failure_by_schema_field()["issuer"] == "metadata-invalid"


def test_phrases_of_output_are_lower_case_and_tell_reasons() -> None:
    assert reason_by_output()["stdin end"] == "input-ended"
    assert [phrase for phrase in reason_by_output() if phrase != phrase.lower()] == []


def test_a_class_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="no such word: strange"):
        parse_phrases('[[classes]]\nname = "strange"\nphrases = ["a"]\n')


def test_a_phrase_that_stands_twice_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="named twice: a"):
        parse_phrases('[[classes]]\nname = "reuse"\nphrases = ["a", "A"]\n')


def test_a_failure_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="no such word: strange"):
        parse_words('[codes]\nX = "strange"\n[schema_fields]\n[output]\n')


def test_a_reason_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="no such word: strange"):
        parse_words('[codes]\n[schema_fields]\n[output]\nstrange = ["a"]\n')
