"""The habits that no linter knows. Each rule first makes sure that it looked at something.

The numbers are those of CONTRIBUTING.md, "House rules".
"""

import ast
import importlib
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from mcplog.model.event_kinds import DERIVED_KINDS, EVENT_KINDS, REPORTED_ABOUT, REPORTED_KINDS
from mcplog.model.frames import FACTS, INSTANT

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "mcplog"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
LAYERS = [[room.strip(" ()") for room in layer.split("|")] for layer in CONTRACTS["downward"]["layers"]]
ROOMS = [
    room
    for layer in LAYERS
    for room in layer
    if (HOUSE / room / "__init__.py").exists() or (HOUSE / f"{room}.py").exists()
]


def module_name(path: Path) -> str:
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_name(path): ast.parse(path.read_text("utf-8")) for path in sorted(HOUSE.rglob("*.py"))}


def room_of(module: str) -> str:
    """Return the room; empty for the package itself and for `python -m mcplog`, which stand above all rooms."""
    return module.removesuffix(".__main__").split(".")[1] if "." in module.removesuffix(".__main__") else ""


def test_the_rules_see_every_room() -> None:
    assert sorted({room_of(module) for module in TREES} - {""}) == sorted(ROOMS)


# --- 1. door plates -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """What a room's `__init__.py` says about it."""

    may_import: frozenset[str]
    touches: str


def below(room: str) -> frozenset[str]:
    depth = next(i for i, layer in enumerate(LAYERS) if room in layer)
    return frozenset(lower for layer in LAYERS[depth + 1 :] for lower in layer)


def plate_of(room: str) -> Plate:
    text = " ".join((ast.get_docstring(TREES[f"mcplog.{room}"]) or "").split())
    found = re.search(r"May import: (?P<may>.+?)\. Touches: (?P<touches>.+?)\.(?: |$)", text)
    assert found, f"{room}: the docstring has no line 'May import: ….' followed by 'Touches: ….'"
    words = set(re.findall(r"[a-z]+", found["may"]))
    rooms = below(room) if words & {"all", "every", "everything"} else frozenset(words & set(ROOMS))
    return Plate(may_import=rooms, touches=found["touches"])


def rooms_imported_by(room: str) -> frozenset[str]:
    modules = [tree for name, tree in TREES.items() if room_of(name) == room]
    named = {name for tree in modules for name in imported_names(tree)}
    inside = (name for name in named if name.startswith("mcplog.") and name != "mcplog.__version__")
    return frozenset(map(room_of, inside)) - {room}


def imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_plate_promises_no_more_than_the_walls_allow(room: str) -> None:
    forbidden = {
        name.removeprefix("mcplog.")
        for contract in CONTRACTS.values()
        if f"mcplog.{room}" in contract.get("source_modules", ())
        for name in contract["forbidden_modules"]
    }

    assert plate_of(room).may_import - (below(room) - forbidden) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_its_door_plate_names(room: str) -> None:
    assert rooms_imported_by(room) - plate_of(room).may_import - {"errors"} == set()


def test_the_rooms_that_touch_nothing_are_the_ones_whose_walls_say_so() -> None:
    walled = {
        name.removeprefix("mcplog.") for id_ in ("pure", "report-is-text") for name in CONTRACTS[id_]["source_modules"]
    }

    assert {room for room in ROOMS if plate_of(room).touches.startswith("nothing")} == walled | {"errors"}


# --- 2. names -----------------------------------------------------------------------------------------------------

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "handler", "misc"}


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    paths = [path for top in ("src", "tests", "benchmarks") for path in (ROOT / top).rglob("*.py")]

    assert len(paths) > len(ROOMS)
    assert [str(path) for path in paths if EMPTY_NAMES & words_of(path)] == []


def words_of(path: Path) -> set[str]:
    return {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}


# --- 3. docstrings ------------------------------------------------------------------------------------------------
# Public is what a room's door gives to other rooms (`__all__`), and all of model and pipeline.

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """A public function and what its docstring says."""

    name: str
    node: Function
    doc: str
    is_property: bool

    @property
    def parameters(self) -> list[str]:
        """Names in the order of the signature, without `self`."""
        spec = self.node.args
        names = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        names += [a.arg for a in (spec.vararg, spec.kwarg) if a]
        return [name for name in names if name not in {"self", "cls"}]

    @property
    def annotations(self) -> str:
        """Every type of the signature, as one text."""
        spec = self.node.args
        typed = [a.annotation for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        return " ".join(ast.unparse(note) for note in (*typed, self.node.returns) if note)

    @property
    def words_in_backticks(self) -> set[str]:
        """Names that the text speaks of: `[start, stop)` gives start and stop."""
        return {word for code in re.findall(r"`([^`]+)`", self.doc) for word in re.findall(r"\w+", code)}

    def section(self, title: str) -> list[str]:
        """Return the names that begin the entries of a section, in order."""
        lines = self.doc.splitlines()
        if f"{title}:" not in lines:
            return []
        body = lines[lines.index(f"{title}:") + 1 :]
        end = next((i for i, line in enumerate(body) if line and not line.startswith(" ")), len(body))
        entries = [re.match(r" {4}\*{0,2}(\w+)(?: \([^)]*\))?:", line) for line in body[:end]]
        return [entry[1] for entry in entries if entry]


def every_function() -> list[Documented]:
    return [function for module, tree in TREES.items() for function in functions_in(module, tree.body)]


def functions_in(owner: str, body: list[ast.stmt]) -> Iterator[Documented]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from functions_in(f"{owner}.{node.name}", node.body)
        if isinstance(node, Function) and not node.name.startswith("_"):
            decorators = {ast.unparse(item) for item in node.decorator_list}
            yield Documented(
                name=f"{owner}.{node.name}",
                node=node,
                doc=ast.get_docstring(node) or "",
                is_property=bool(decorators & {"property", "cached_property", "override"}),
            )


def names_at_the_doors() -> set[tuple[str, str]]:
    return {
        (room_of(module), str(name.value))
        for module, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        if isinstance(node.value, ast.List | ast.Tuple)
        for name in node.value.elts
        if isinstance(name, ast.Constant)
    }


DOORS = names_at_the_doors()
EVERY = every_function()
PUBLIC = [
    item
    for item in EVERY
    if room_of(item.name) in {"model", "pipeline"}
    or {(room_of(item.name), name) for name in item.name.split(".")[-2:]} & DOORS
]


def test_there_are_public_functions_to_look_at() -> None:
    assert {
        "mcplog.model.frames.conform",
        "mcplog.model.document.Memory.slice",
        "mcplog.pipeline.run",
        "mcplog.rules.evaluate.evaluate",
    } <= {item.name for item in PUBLIC}
    assert len(EVERY) > 2 * len(PUBLIC)


def test_an_args_section_lists_the_parameters_of_the_signature_in_order() -> None:
    assert [
        f"{item.name}: {item.section('Args')} for {item.parameters}"
        for item in EVERY
        if item.section("Args") not in ([], item.parameters)
    ] == []


def test_every_parameter_is_told_of_in_an_args_section_or_in_the_text() -> None:
    assert [
        f"{item.name}: {name}"
        for item in PUBLIC
        for name in item.parameters
        if name not in item.section("Args") and name not in item.words_in_backticks
    ] == []


def test_a_docstring_says_what_is_returned() -> None:
    assert [
        item.name
        for item in PUBLIC
        if item.node.returns and ast.unparse(item.node.returns) not in {"None", "NoReturn", "Never"}
        if not item.is_property
        if not re.match(r"(Return|Yield|Tell|Say|Whether)\b", item.doc)
        and not {"Returns:", "Yields:"} & set(item.doc.splitlines())
    ] == []


def test_an_error_that_is_raised_in_the_body_stands_under_raises() -> None:
    assert [
        f"{item.name}: {name}"
        for item in EVERY
        for name in errors_raised(item.node)
        if name not in item.section("Raises")
    ] == []


def errors_raised(node: Function) -> set[str]:
    """Names of classes in `raise Name(…)`; a caught one that is raised again has no name here."""
    raised = [item.exc for item in ast.walk(node) if isinstance(item, ast.Raise)]
    classes = [exc.func if isinstance(exc, ast.Call) else exc for exc in raised]
    return {item.id for item in classes if isinstance(item, ast.Name) and item.id[0].isupper()}


def test_a_function_that_takes_or_gives_a_frame_names_its_schema() -> None:
    schemas = set(SCHEMAS_BY_NAME)

    assert [
        item.name
        for item in PUBLIC
        if "Frame" in item.annotations and item.name.rpartition(".")[0] != "mcplog.model.frames"
        if not schemas & set(re.findall(r"\b[A-Z][A-Z_]+\b", item.doc))
    ] == []


# --- 4. columns ---------------------------------------------------------------------------------------------------


def modules() -> list[ModuleType]:
    return [importlib.import_module(name) for name in TREES]


SCHEMAS_BY_NAME = {
    name: value for module in modules() for name, value in vars(module).items() if isinstance(value, pl.Schema)
}
COLUMNS = sorted(
    {(column, repr(dtype)) for schema in SCHEMAS_BY_NAME.values() for column, dtype in schema.items()}
    | {(column, repr(dtype)) for column, dtype in FACTS.items()}
)
MEANING = {
    r".*_at": repr(INSTANT),
    r"(?:valid|covers)_(?:from|to)": repr(INSTANT),
    r".*_(?:ms|s)": "Int64",
    r".*line(?:_from|_to)?": "UInt32",
    r"byte_(?:from|to|count)": "UInt64",
    r"(?!session_id|.*client_id).*_id": "UInt32",
    r"(?:held_)?(?:access_token|refresh_token|client_id)": "String",
    r"(?:held_)?has_.*": "Boolean",
}


def test_the_frames_of_the_model_are_looked_at() -> None:
    assert {"DOCUMENTS", "GAPS", "ENTRIES", "EVENTS", "STATES", "FACTS"} <= set(SCHEMAS_BY_NAME)


def test_a_column_name_has_one_dtype_in_all_frames() -> None:
    """`reason` is the one exception: a closed GapReason in GAPS, in events a word whose list depends on the kind."""
    names = [name for name, _ in COLUMNS]

    assert {name for name in names if names.count(name) > 1} == {"reason"}


@pytest.mark.parametrize("pattern", MEANING)
def test_the_end_of_a_column_name_says_its_dtype(pattern: str) -> None:
    dtypes = {name: dtype for name, dtype in COLUMNS if re.fullmatch(pattern, name)}

    assert dtypes
    assert {name: dtype for name, dtype in dtypes.items() if dtype != MEANING[pattern]} == {}


def test_held_columns_are_those_of_the_credential_state() -> None:
    holders = {name for name, schema in SCHEMAS_BY_NAME.items() if any(column.startswith("held_") for column in schema)}

    assert {"STATES", "FACTS"} <= holders
    assert holders <= {"STATES", "AS_OF", "FACTS", "SNAPSHOTS"}


# --- 5. calls that belong in one place ----------------------------------------------------------------------------

# What may call it, and why there. A module that no longer does must leave the list.
CALLERS: dict[str, dict[str, str]] = {
    "join_asof": {"mcplog.correlate.asof": "sorts above the join; polars cannot see unsorted input with `by=`"},
    "map_elements": {},
    "map_batches": {},
    "collect": {},
}


def callers_of(method: str) -> set[str]:
    return {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    }


@pytest.mark.parametrize("method", CALLERS)
def test_a_call_that_needs_care_stands_only_in_the_listed_modules(method: str) -> None:
    assert callers_of(method) == set(CALLERS[method])


# --- 6. event kinds -----------------------------------------------------------------------------------------------

GRAMMARS = ROOT / "grammars"
MESSAGE_TABLE = json.loads((GRAMMARS / "message_table.json").read_text("utf-8"))
ALTERNATIVES = {name for head in MESSAGE_TABLE["message"] for name, _ in head["ends"].values()}
RECOGNISED = set(EVENT_KINDS) - {"unrecognised"}
NOT_KINDS = {"wrapped"}  # says that the text inside is what it means


def test_every_event_kind_is_an_alternative_of_the_grammar_and_the_other_way_round() -> None:
    assert len(RECOGNISED) > 100
    assert ALTERNATIVES - NOT_KINDS == RECOGNISED


def test_every_event_kind_has_a_sample_and_every_sample_a_kind() -> None:
    samples = {path.stem: path.read_text("utf-8").strip() for path in (GRAMMARS / "samples").glob("*.txt")}

    assert set(samples) == RECOGNISED
    assert [kind for kind, text in samples.items() if not text] == []


def test_derived_kinds_are_none_of_the_messages() -> None:
    assert set(DERIVED_KINDS) & set(EVENT_KINDS) == set()


def test_what_people_report_is_no_message_and_has_phrases_that_tell_it() -> None:
    table = tomllib.loads((HOUSE / "knowledge" / "reported_facts.toml").read_text("utf-8"))

    assert set(REPORTED_KINDS) & {*EVENT_KINDS, *DERIVED_KINDS} == set()
    assert {fact["kind"] for fact in table["fact"]} == set(REPORTED_KINDS) - {REPORTED_ABOUT}


# --- 7. rules -----------------------------------------------------------------------------------------------------

RULES = {path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in HOUSE.glob("rulepack/*/rule.toml")}
REFERENCE = re.compile(
    r"RFC [0-9]{4,5}( §[0-9]+(\.[0-9]+)*)?"  # a section of an RFC
    r"|MCP (authorization|lifecycle|tools|transports)(: .+)?"  # a part of the MCP specification
    r"|[\w.-]+/[\w.-]+#[0-9]+"  # a public report
    r"|recorded with [0-9]+\.[0-9]+\.[0-9]+( (and|to) [0-9]+\.[0-9]+\.[0-9]+)?"  # the client itself
)


def queries_of(rule: dict[str, Any]) -> list[str]:
    """Return every query of a rule file: its own, those of `also`, and the exonerating ones."""
    return [rule["query"], *(item["query"] for item in rule.get("also", ())), *rule.get("exonerating", ())]


def test_there_are_rules_to_look_at() -> None:
    assert {"rejected-after-auth", "refresh-race", "refresh-never-used"} <= set(RULES)
    assert {path.name for path in (HOUSE / "rulepack").iterdir() if path.is_dir()} == set(RULES)


def test_a_rule_is_called_what_its_folder_is_called() -> None:
    assert {folder: rule["id"] for folder, rule in RULES.items()} == {folder: folder for folder in RULES}


@pytest.mark.parametrize("key", ["rivals", "supersedes", "consequence_of"])
def test_a_rule_speaks_of_rules_that_exist(key: str) -> None:
    named = [(folder, other) for folder, rule in RULES.items() for other in rule.get(key, ())]

    assert named
    assert [(folder, other) for folder, other in named if other not in RULES or other == folder] == []


def test_a_reference_has_a_known_form() -> None:
    references = [(folder, item) for folder, rule in RULES.items() for item in rule.get("references", ())]

    assert references
    assert [item for item in references if not REFERENCE.fullmatch(item[1])] == []


def test_a_placeholder_names_a_step_of_the_rule_and_a_column_of_facts() -> None:
    used = [
        (folder, name)
        for folder, rule in RULES.items()
        for text in (rule["cause"], rule["next_observation"])
        for name in re.findall(r"(?<!\{)\{([\w.]+)\}", text)
    ]
    steps = {folder: set(re.findall(r"\bas (\w+)", "\n".join(queries_of(rule)))) for folder, rule in RULES.items()}

    assert used
    assert [
        (folder, name)
        for folder, name in used
        if name.rpartition(".")[0] not in {"", *steps[folder]} or name.rpartition(".")[2] not in {"place", *FACTS}
    ] == []


def test_a_rule_asks_for_kinds_that_exist() -> None:
    kinds = {*EVENT_KINDS, *DERIVED_KINDS, *REPORTED_KINDS}
    bracketed = [
        (folder, word)
        for folder, rule in RULES.items()
        for query in queries_of(rule)
        for step in re.findall(r"\[([^\]]*?)(?: where [^\]]*)?\]", query)
        for word in re.split(r"\s+or\s+", step.strip())
    ]

    assert bracketed
    assert [item for item in bracketed if item[1] not in kinds] == []


def test_the_one_who_has_to_act_first_is_told_what_to_do() -> None:
    first = {
        folder: rule["responsible"] if isinstance(rule["responsible"], str) else rule["responsible"][0]
        for folder, rule in RULES.items()
    }

    assert [
        (folder, party)
        for folder, party in first.items()
        if party not in RULES[folder]["remedy"] and party not in {"none", "unknown"}
    ] == []


# --- 8. data, and what may not stand in files -----------------------------------------------------------------------


def test_the_rulepack_holds_no_python() -> None:
    files = [path for path in (HOUSE / "rulepack").rglob("*") if path.is_file()]

    assert files
    assert [path for path in files if path.suffix in {".py", ".pyc", ".pyi", ".so"}] == []


THIS_FILE = Path(__file__).relative_to(ROOT)
SUPPRESSED = re.compile(
    r"# (noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*|type: ignore\[[a-z, -]+\])"  # the codes
    r"( # noqa: [A-Z0-9, ]+)? *(-|#|—|:) *\w+"  # the reason
)


def test_a_suppressed_warning_names_its_code_and_its_reason() -> None:
    lines = [
        (path.relative_to(ROOT), number, line)
        for top in ("src", "tests", "benchmarks")
        for path in sorted((ROOT / top).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]
    marks = [item for item in lines if re.search(r"#\s*(noqa|type:\s*ignore)", item[2]) and item[0] != THIS_FILE]

    assert marks
    assert [item for item in marks if not SUPPRESSED.search(item[2])] == []


MACHINE_PATHS = tuple(
    "/".join(parts) for parts in (("", "work", ""), ("..", "shared"), ("", "opt", "venv"), ("", "tmp", "b"))
)


def text_files() -> list[Path]:
    tops = ("src", "tests", "grammars", "docs", "samples", "benchmarks", "tools", ".ci")
    made = ROOT / "benchmarks" / "data"
    inside = [path for top in tops for path in (ROOT / top).rglob("*") if path.is_file() and made not in path.parents]
    return [path for path in (*inside, *ROOT.glob("*.md"), ROOT / "pyproject.toml") if path.suffix != ".pyc"]


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    files = text_files()

    assert len(files) > len(TREES)
    assert [
        (str(path.relative_to(ROOT)), mark)
        for path in files
        for mark in MACHINE_PATHS
        if mark.encode() in path.read_bytes()
    ] == []


# Values of the recordings. Product code that knows one has learnt the test data and not the client.
RECORDED_VALUES = ("corpus", "8931", "mcp:read", "mcp:write", "mcp:admin", "sk-ant-fake", "other.example", "fake-key")


def strings_of_the_product() -> list[tuple[str, str]]:
    """Return every string of the code apart from docstrings, every grammar, every rule and every other TOML file."""
    in_code = [
        (module, node.value)
        for module, tree in TREES.items()
        for docs in (docstrings(tree),)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value not in docs
    ]
    files = [*(ROOT / "grammars").glob("*.lark"), *HOUSE.glob("rulepack/*/rule.toml"), *HOUSE.glob("knowledge/*.toml")]
    return [*in_code, *((path.name, path.read_text("utf-8")) for path in files)]


def docstrings(tree: ast.Module) -> set[str]:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(tree) if isinstance(node, holders)]
    return {ast.get_docstring(node, clean=False) or "" for node in nodes}


def test_the_product_knows_no_value_of_the_recordings() -> None:
    strings = strings_of_the_product()

    assert {"message.lark", "rule.toml"} <= {where for where, _ in strings}
    assert [(where, value) for where, text in strings for value in RECORDED_VALUES if value in text] == []


# --- 9. dependencies ----------------------------------------------------------------------------------------------

IMPORTED_AS = {"pyjwt": "jwt"}
NOT_OF_THE_PRODUCT = {"test", "dev"}


def declared_in(lists: Iterable[list[str]]) -> set[str]:
    names = {re.split(r"[>=; \[]", item)[0] for items in lists for item in items}
    return {IMPORTED_AS.get(name, name) for name in names}


def test_every_dependency_is_imported_and_every_import_is_declared() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    needed = declared_in([PROJECT["project"]["dependencies"]])
    optional = declared_in(items for name, items in extras.items() if name not in NOT_OF_THE_PRODUCT)
    imported = {name.split(".")[0] for tree in TREES.values() for name in imported_names(tree)}
    here = {"mcplog", *sys.stdlib_module_names}

    assert needed <= imported
    assert imported - here <= needed | optional


# --- the README's commands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["try", "test"])
def test_the_readme_has_the_command_that_ci_runs(name: str) -> None:
    """`.ci/run` reads both out of README.md; each is one line of shell in the first fence behind its mark."""
    behind = (ROOT / "README.md").read_text("utf-8").partition(f"<!-- command: {name} -->\n")[2]

    assert re.match(r"```sh\n[^\n]+\n```\n", behind)
    assert f"command_of {name}" in (ROOT / ".ci" / "run").read_text("utf-8")
