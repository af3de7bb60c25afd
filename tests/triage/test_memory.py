"""peak_bytes: what this process has taken, in bytes."""

from mcplog.triage.memory import peak_bytes


def test_the_peak_never_falls_and_is_that_of_a_process_with_polars_in_it() -> None:
    before = peak_bytes()
    held = b"x" * (32 * 1024 * 1024)

    assert len(held) > 0
    assert peak_bytes() >= before > 32 * 1024 * 1024
