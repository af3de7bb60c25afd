"""Versions of the client, as people write them."""

import pytest

from mcplog.model.client_version import told_version


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("2.1.139", "2.1.139"),
        ("2.1.331.abc", "2.1.331"),
        ("1.21459.0", None),
        ("1.1.7053", None),
        ("3.0.1", None),
        ("0.2.109", "0.2.109"),
        ("0.9.1", None),
        ("1.105.1", None),
        ("2.72.7", None),
        ("2.1", None),
        ("2.1.x", None),
        ("2.1.٣", None),
        ("", None),
    ],
)
def test_a_version_of_another_program_is_none(written: str, version: str | None) -> None:
    assert told_version(written.split(".")) == version
