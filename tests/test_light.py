"""A process is kept light, and never against what the user asked for."""

import gc
from collections.abc import Iterator

import pytest

from mcplog.light import LIGHT, keep_light


@pytest.fixture(autouse=True)
def _collector_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_polars_gets_one_thread_and_one_arena() -> None:
    environment: dict[str, str] = {}

    keep_light(environment)

    assert environment == LIGHT
    assert gc.get_threshold()[0] > 10_000


@pytest.mark.parametrize("name", LIGHT)
def test_what_the_user_asked_for_stays(name: str) -> None:
    environment = {name: "theirs"}

    keep_light(environment)

    assert environment == {**LIGHT, name: "theirs"}
