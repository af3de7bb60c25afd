"""The HTML report: complete without a network, closed to scripts, the same structure whatever a log says."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mcplog
from mcplog.knowledge.resources import page as packaged
from mcplog.report.formats.html import render, render_with_events
from mcplog.report.layout import Page
from mcplog.report.v1 import ReportV1
from mcplog.report.view import report_v1
from tests.report.analyses import analysis, many, refused
from tests.report.poisoned import SCRIPTS, poisoned

SAMPLES = ("401-after-sign-in", "race", "healthy", "skipped-by-marker", "revoked-refresh-token")
TEXT_ATTRIBUTES = {"aria-label"}  # may hold what a log says


class Outline(HTMLParser):
    """The elements of a page in order, with their attributes; texts apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.ends: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, tuple((name, None if name in TEXT_ATTRIBUTES else value) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Keep an end."""
        self.ends.append(tag)

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data


def report() -> ReportV1:
    return report_v1(refused(), tool_version="1")


def sample(name: str) -> str:
    found = mcplog.analyze([f"samples/{name}"], key=b"0" * 16)
    return render_with_events(report_v1(found, tool_version="1"), Page(), found)


@pytest.fixture(scope="module", params=SAMPLES)
def page(request: pytest.FixtureRequest) -> str:
    return sample(request.param)


def test_the_policy_allows_the_one_style_and_the_scripts_by_their_hashes_and_nothing_else(page: str) -> None:
    policy = dict(Outline(page).elements[3][1])["content"] or ""
    style, early, script = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (
            page.partition("<style>")[2].partition("</style>")[0],
            page.partition("<script>")[2].partition("</script>")[0],
            page.rpartition("<script>")[2].partition("</script>")[0],
        )
    )

    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{style}'",
        f"script-src 'sha256-{early}' 'sha256-{script}'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]


def test_nothing_on_a_page_leads_outside_it(page: str) -> None:
    elements = Outline(page).elements
    targets = [value for _, attributes in elements for name, value in attributes if name in ("href", "src", "action")]
    loads = {"img", "iframe", "object", "embed", "link", "form", "audio", "video", "base", "use", "image"}

    assert targets
    assert [one for one in targets if not re.fullmatch(r"#[a-z0-9-]+", one or "")] == []
    assert [tag for tag, _ in elements if tag in loads] == []
    assert [(tag, name) for tag, attributes in elements for name, _ in attributes if name.startswith("on")] == []
    assert [tag for tag, attributes in elements if "style" in dict(attributes)] == []


def test_every_internal_link_has_its_target_and_every_id_is_there_once(page: str) -> None:
    elements = Outline(page).elements
    ids = [dict(attributes)["id"] for _, attributes in elements if "id" in dict(attributes)]
    links = {(dict(attributes)["href"] or "")[1:] for tag, attributes in elements if tag == "a"}
    named = {dict(attributes)["aria-labelledby"] for _, attributes in elements if "aria-labelledby" in dict(attributes)}

    assert len(ids) == len(set(ids))
    assert (links | named) - set(ids) == set()


def test_the_style_and_the_scripts_name_no_address_and_write_no_markup() -> None:
    texts = " ".join(map(packaged, ("report.css", "report.js", "early.js")))
    words = ("://", "url(h", "innerHTML", "eval(", "insertAdjacentHTML", "fetch(", "import")

    assert [word for word in words if word in texts.replace("!important", "")] == []


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(scheme: str) -> None:
    """WCAG 2.2 §1.4.3 asks for 4.5 to 1; what only decorates is not asked."""
    light, _, dark = packaged("report.css").partition("prefers-color-scheme: dark")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light if scheme == "light" else dark.partition("}")[0]))
    pairs = [
        *((ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "card", "tint")),
        *((ink, "card") for ink in ("bad", "good", "open", "held")),
        *((ink, f"{ink}-tint") for ink in ("bad", "good", "open", "held")),
        ("ink", "bad-tint"),
        ("ink", "open-tint"),
        ("soft", "plain-tint"),
        ("on-fill", "bad-fill"),
        ("on-fill", "good-fill"),
    ]

    assert [
        (ink, ground, round(contrast(colours[ink], colours[ground]), 2))
        for ink, ground in pairs
        if contrast(colours[ink], colours[ground]) < 4.5
    ] == []


def test_no_template_switches_the_escaping_off() -> None:
    texts = [packaged(name) for name in ("page.html", "parts.html", "report.html", "triage.html")]

    assert [text for text in texts if "safe" in text or "autoescape" in text] == []


@pytest.mark.parametrize("text", SCRIPTS)
def test_no_text_of_an_input_changes_the_structure_of_the_page(text: str) -> None:
    plain, hostile = (Outline(render(poisoned(report(), one), Page())) for one in ("x", text))

    assert hostile.elements == plain.elements
    assert hostile.ends == plain.ends


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_whatever_a_log_says_it_stays_text(text: str) -> None:
    plain, hostile = (Outline(render(poisoned(report(), one), Page())) for one in ("x", text))

    assert hostile.elements == plain.elements


def test_the_verdict_comes_first_and_every_part_is_there() -> None:
    page = sample("401-after-sign-in")
    headings = [Outline(text).text for text in re.findall(r"<h[123].*?</h[123]>", page)]

    assert page.index("<h1") > page.index('<p class="word">')
    assert headings == [
        "notes Server refuses a token that was issued seconds ago",
        "Who has to act: the MCP server or the authorization server",
        "On one clock",
        "Proof",
        "The decisive minute",
        "What the credential store held",
        "What is not known",
        "What to collect next",
        "How far the sign-in got",
        "What else was found",
        "Public reports that fit this client",
        "What was read",
    ]


def test_rivals_are_told_with_what_would_tell_them_apart() -> None:
    text = Outline(render(report(), Page())).text

    assert "What else would explain it" in text
    assert "To tell them apart: Ask the introspection endpoint for `aud`." in text


def test_lanes_show_tokens_connections_and_the_decisive_moment() -> None:
    page = sample("401-after-sign-in")

    assert page.count("<title>connection attempt: failed (unauthorized-after-auth), HTTP 401") == 4
    assert len(re.findall(r"<title>AT#[0-9a-f]{8} is held, with RT#[0-9a-f]{8}, expires 2026-11-25 01:3", page)) == 5
    assert 'class="decisive"' in page
    assert "▼ 00:36:44.145" in page


def test_a_line_of_the_proof_opens_to_the_lines_around_it() -> None:
    page = sample("401-after-sign-in")
    around = page.partition('<details class="line primary">')[2].partition("</details>")[0]

    assert re.findall(r'<th scope="row">(\d+)</th>', around) == ["86", "87", "88", "89", "90", "91", "92", "93"]
    assert around.count('<tr class="it">') == 1


def test_several_servers_have_a_table_that_leads_to_each() -> None:
    page = render(report_v1(many(), tool_version="1"), Page())

    assert re.findall(r'<a href="#(s\d)">(\w+)</a>', page) == [
        ("s1", "notes"),
        ("s2", "tracker"),
        ("s3", "design"),
        ("s4", "wiki"),
    ]
    assert page.count("<article") == 4


def test_a_run_without_a_server_says_that_nothing_was_found() -> None:
    page = render(report_v1(analysis(), tool_version="1"), Page())

    assert "No line about an MCP server was found." in page
    assert "not the same as a server that works" in page
