"""time_in_name and order_in_name: what the name of a copy tells."""

import pytest

from mcplog.sources.snapshot_names import order_in_name, time_in_name


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("credentials-03-1795566961661.json", 1_795_566_961_661),
        ("credentials-1795566961.json", 1_795_566_961_000),
        (".credentials.json.1795566961661", 1_795_566_961_661),
        ("credentials-2026-08-25T11-36-31-004Z.json", 1_787_657_791_004),
        ("2026-08-25T11-36-31-004Z.jsonl", 1_787_657_791_004),
        ("credentials-2026-08-25T11-36-31Z.json", 1_787_657_791_000),
        ("credentials-2026-08-25T11-36-31.json", None),
        ("credentials-2026-08-25.json", None),
        ("credentials-2026-13-45T99-99-99Z.json", None),
        ("credentials-0795566961661.json", None),
        ("store-1.json", None),
        ("store.json", None),
        ("credentials-١٧٩٥٥٦٦٩٦١٦٦١.json", None),
    ],
)
def test_only_a_moment_that_is_sure_is_read(name: str, moment: int | None) -> None:
    assert time_in_name(name) == moment


@pytest.mark.parametrize(
    ("name", "order"), [("store-12.json", (12,)), ("credentials-2026-08-25.json", (2026, 8, 25)), ("store.json", ())]
)
def test_numbers_put_copies_in_order(name: str, order: tuple[int, ...]) -> None:
    assert order_in_name(name) == order
