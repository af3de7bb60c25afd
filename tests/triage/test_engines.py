"""Engines: equal rows wherever the work is done, also when a worker is killed in the middle."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from mcplog.sources.units import Sort, Unit, units_of
from mcplog.triage.batches import PROGRAM_BYTES, UNIT_BYTES, batches_of, room
from mcplog.triage.engines import Engine
from mcplog.triage.engines.distributed import Distributed
from mcplog.triage.engines.in_process import InProcess
from mcplog.triage.engines.ordered import Window
from mcplog.triage.engines.processes import Processes
from mcplog.triage.work import Batch, Spent
from tests.triage.dumps import SETTING, healthy, refused, written

COUNT = 12


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """Twelve cases in six batches."""
    files = {f"{number:02}/a.txt": (refused, healthy)[number % 2](f"s{number}") for number in range(COUNT)}
    units = units_of([str(written(tmp_path_factory.mktemp("dump"), dict(files)))])
    return [Batch(number=at // 2, first=at, units=tuple(units[at : at + 2])) for at in range(0, COUNT, 2)]


@pytest.fixture(scope="module")
def expected(batches: list[Batch]) -> list[bytes]:
    """The rows of each batch, worked on in this process."""
    return [outcome.lines for outcome in InProcess().outcomes(batches, SETTING)]


def rows(engine: Engine, batches: Iterable[Batch], *, then: Callable[[], None] = lambda: None) -> list[bytes]:
    """The rows of each batch; `then` is called once, when the first is done."""
    found: list[bytes] = []
    for outcome in engine.outcomes(batches, SETTING):
        found.append(outcome.lines)
        if len(found) == 1:
            then()
    engine.close()
    return found


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_processes_give_the_rows_of_one_process_also_when_one_is_killed(
    batches: list[Batch], expected: list[bytes]
) -> None:
    engine = Processes(2)

    def kill_one() -> None:
        kill(next(iter(engine._pool._processes)))  # type: ignore[union-attr]  # noqa: SLF001 - the pool shows its processes nowhere else

    assert rows(engine, batches, then=kill_one) == expected


@pytest.mark.enable_socket
def test_a_cluster_gives_the_rows_of_one_process_also_when_a_worker_is_killed(
    batches: list[Batch], expected: list[bytes]
) -> None:
    from distributed import LocalCluster  # noqa: PLC0415 - slow to load, and only this test needs it

    made: Any = LocalCluster  # it has no types
    with made(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster:
        victim = next(iter(cluster.workers.values())).process.pid

        assert rows(Distributed(cluster.scheduler_address, ahead=1), batches, then=lambda: kill(victim)) == expected


class Deadly:
    """What ends the process that it is sent to."""

    def __reduce__(self) -> tuple[Callable[[int], object], tuple[int]]:
        """Return the call that is made when it is unpacked."""
        return os._exit, (9,)


def test_a_unit_that_ends_its_process_every_time_is_a_row_and_costs_no_other(
    batches: list[Batch], expected: list[bytes]
) -> None:
    deadly = Unit(name="bad", shown="bad", place="bad", sort=Sort.CASE, files=(Deadly(),))  # type: ignore[arg-type]  # the point
    good = batches[0].units[0]
    hit = Batch(number=0, first=0, units=(good, deadly))

    first, second = rows(Processes(1), [hit, batches[1]])

    assert first.splitlines()[:2] == expected[0].splitlines()[:2]
    assert first.splitlines()[2:] == [
        (
            b'{"type":"problem","case":"bad","file":"bad","line":null,"what":"its process died each time",'
            b'"hint":"Give it more memory, or analyse this input alone."}'
        ),
        b'{"type":"done","units":2}',
    ]
    assert second == expected[1]


def test_a_window_hands_out_a_few_and_gives_them_back_in_order(batches: list[Batch]) -> None:
    handed: list[int] = []

    def submit(batch: Batch) -> int:
        handed.append(batch.number)
        return batch.number

    seen = [(task, list(handed)) for _, task in Window(batches[:4], submit, 2)]

    assert seen == [(0, [0, 1]), (1, [0, 1, 2]), (2, [0, 1, 2, 3]), (3, [0, 1, 2, 3])]


def test_what_was_lost_is_handed_out_again_the_oldest_first(batches: list[Batch]) -> None:
    tries: Iterator[int] = iter(range(100))
    window = Window(batches[:3], lambda _: next(tries), 2)
    (first, task) = next(iter(window))

    assert (first.number, task, window.hand_out_again()) == (0, 0, 2)


def units(*sizes: int) -> list[Unit]:
    return [Unit(name=str(n), shown="", place="", sort=Sort.FILE, size=size) for n, size in enumerate(sizes)]


def test_batches_hold_what_fits_and_one_that_is_too_large_is_alone() -> None:
    memory = PROGRAM_BYTES + 100 * UNIT_BYTES
    huge = room(memory)

    assert [[unit.name for unit in one.units] for one in batches_of(units(0, 0, huge, 0), memory_bytes=memory)] == [
        ["0", "1"],
        ["2"],
        ["3"],
    ]


def test_batches_go_on_where_a_run_was_stopped() -> None:
    assert [(one.number, one.first, len(one.units)) for one in batches_of(units(1, 1, 1), first=2)] == [(0, 2, 1)]
    assert list(batches_of(units(1), first=1)) == []


def test_what_batches_took_adds_up_in_any_grouping() -> None:
    a, b, c = (Spent(opening_s=n, peak_bytes=5 - n, cases=n, lines=1) for n in (1, 2, 3))

    assert (a + b) + c == a + (b + c)
    assert (a + b + c).peak_bytes == 4
