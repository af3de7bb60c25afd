"""The public names: the list is the promise, and importing the package costs no polars."""

import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest

import mcplog
from mcplog.model.frames import DOCUMENTS, FACTS, FINDINGS, GAPS, STATES

ROOT = Path(__file__).parents[1]

PUBLIC = [
    "Adapter",
    "Analysis",
    "Diagnosis",
    "Finding",
    "ForeignEntry",
    "McplogError",
    "__version__",
    "analyze",
]


def test_the_public_names_are_these_and_each_can_be_had() -> None:
    assert sorted(mcplog.__all__) == PUBLIC
    assert [name for name in PUBLIC if not hasattr(mcplog, name)] == []


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert mcplog.__version__ == project["version"]


@pytest.mark.parametrize("kind", [str, Path])
def test_one_path_can_be_named_alone(kind: type[str] | type[Path], tmp_path: Path) -> None:
    log, store = tmp_path / "a.log", tmp_path / "store.json"
    log.write_text('2026-11-25T08:20:00.000Z [DEBUG] MCP server "notes": Saving tokens\n')
    store.write_text('{"mcpOAuth": {}}')

    analysis = mcplog.analyze(kind(log), credentials=kind(store))

    assert (analysis.counts.documents, analysis.stores) == (1, (str(store),))


def test_importing_the_package_loads_nothing_big() -> None:
    """`mcplog --help` has to answer before polars would have been loaded."""
    code = "import sys, mcplog; print(sorted({'polars', 'lark', 'rich', 'jwt', 'typer'} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout  # noqa: S603 - fixed words

    assert loaded == "[]\n"


def test_the_promise_names_every_public_name() -> None:
    page = (ROOT / "docs" / "stability.md").read_text("utf-8")

    assert [name for name in PUBLIC if f"`{name}`" not in page] == []


def test_the_parameters_of_analyze_are_these() -> None:
    parameters = inspect.signature(mcplog.analyze).parameters

    assert list(parameters)[:8] == [
        "paths",
        "credentials",
        "server",
        "since",
        "until",
        "key",
        "rules",
        "strict_grammar",
    ]
    assert [one.name for one in parameters.values() if one.default is inspect.Parameter.empty] == []


@pytest.fixture(name="analysis", scope="module")
def _analysis() -> mcplog.Analysis:
    return mcplog.analyze(ROOT / "samples" / "race")


def test_the_frames_have_the_columns_and_dtypes_that_are_documented(analysis: mcplog.Analysis) -> None:
    frames = {
        "events": (analysis.events, FACTS),
        "credential_states": (analysis.credential_states, STATES),
        "findings_frame": (analysis.findings_frame, FINDINGS),
        "documents": (analysis.documents, DOCUMENTS),
        "gaps": (analysis.gaps, GAPS),
    }
    page = (ROOT / "docs" / "frames.md").read_text("utf-8")

    assert [name for name, (frame, schema) in frames.items() if frame.schema != schema] == []
    assert [name for _, schema in frames.values() for name in schema if f"| `{name}` | " not in page] == []
    assert [name for name in frames if f"## `analysis.{name}`" not in page] == []


def test_the_findings_are_a_frame_too(analysis: mcplog.Analysis) -> None:
    rows = analysis.findings_frame.filter(pl.col("standing") == "primary").select("server", "rule", "certainty").rows()

    assert rows == [("notes", "refresh-race", "confirmed")]
    assert analysis.findings_frame.height == len(analysis.findings)


def test_a_notebook_shows_a_table_in_which_nothing_of_a_log_acts(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text('2026-11-25T08:20:00.000Z [DEBUG] MCP server "<script>x</script>\x1b[2J": Returning tokens\n')
    html = mcplog.analyze(log)._repr_html_()

    assert html.startswith("<table>")
    assert "<script>" not in html
    assert "\x1b" not in html


def test_repr_leaves_the_frames_out(analysis: mcplog.Analysis) -> None:
    assert "shape:" not in repr(analysis)
    assert "verdict=" in repr(analysis)


def block(page: str, mark: str) -> str:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return text.partition(f"<!-- {mark} -->\n```python\n")[2].partition("```")[0]


def test_the_examples_of_the_library_page_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(block("library.md", "example"), {})  # noqa: S102 - our own text

    assert capsys.readouterr().out.startswith("notes incident refresh-race ")


def test_the_adapter_of_the_library_page_is_one() -> None:
    space: dict[str, object] = {}
    exec(block("library.md", "adapter"), space)  # noqa: S102 - our own text
    adapter = space["ADAPTER"]
    text = "12:00 notes> Saving tokens\n"

    assert adapter.recognises(text)  # type: ignore[attr-defined]  # made by the example
    assert [(one.line, one.server, one.message) for one in adapter.entries(text)] == [(1, "notes", "Saving tokens")]  # type: ignore[attr-defined]  # as above
