"""The table of client wordings: strict, and as new as the samples of the grammar."""

import pytest

from mcplog.errors import KnowledgeError
from mcplog.knowledge.client_wordings import client_wordings, parse_client_wordings
from mcplog.knowledge.known_issues import version_key
from mcplog.parse.messages import recognises
from tests.parse.samples import detail_samples, message_samples


def test_the_newest_version_is_that_of_the_newest_sample() -> None:
    versions = {sample.version for sample in (*message_samples(), *detail_samples())} - {"-"}

    assert client_wordings().newest == max(versions, key=lambda version: version_key(version) or ())


def test_every_wording_is_how_a_sample_begins() -> None:
    texts = [sample.text for sample in message_samples() if recognises(sample.text)]
    strange = [
        one.begins for one in client_wordings().wording if not any(text.startswith(one.begins) for text in texts)
    ]

    assert strange == []


def test_no_sample_is_outside_of_the_versions_that_its_wording_tells() -> None:
    outside = [
        sample
        for one in client_wordings().wording
        for sample in message_samples()
        if sample.text.startswith(one.begins) and (key := version_key(sample.version))
        if (one.after and key <= (version_key(one.after) or ()))
        or (one.before and key >= (version_key(one.before) or ()))
    ]

    assert outside == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('newest = "new"\nwording = []\nruntime = []\n', "no version: new"),
        ('newest = "2.1.0"\nwording = [{ begins = "a" }]\nruntime = []\n', "tells nothing: a"),
        ('newest = "2.1.0"\nwording = [{ begins = "a", after = "x" }]\nruntime = []\n', "no version: x"),
        (
            'newest = "2.1"\nruntime = []\nwording = [{ begins = "a", after = "1" }, { begins = "a", after = "1" }]\n',
            "named twice: a",
        ),
        ('newest = "2.1.0"\n', "missing required field"),
    ],
)
def test_a_damaged_table_is_refused(text: str, fault: str) -> None:
    with pytest.raises(KnowledgeError, match=fault):
        parse_client_wordings(text)
