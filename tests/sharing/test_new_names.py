"""New names: one for each old one, with what everybody has left in place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.parse.server_names import mangle
from mcplog.sharing.new_names import NewNames

KEY = b"\x0b" * 32


@pytest.fixture
def names() -> NewNames:
    return NewNames(KEY)


@pytest.mark.parametrize(
    "public",
    [
        "http://localhost:8931/mcp",
        "http://127.0.0.1:3118/callback",
        "https://mcp.linear.app/sse",
        "https://api.githubcopilot.com/mcp/",
        "https://claude.ai/api/oauth/authorize",
        "https://github.com/anthropics/claude-plugins-official.git",
        "http://[::1]:8931/.well-known/oauth-authorization-server/mcp",
    ],
)
def test_what_everybody_has_or_knows_stays(public: str, names: NewNames) -> None:
    assert names.url(public) == public


def test_an_address_gets_new_names_and_keeps_what_says_what_it_is(names: NewNames) -> None:
    acme, falcon = names.word("acme"), names.word("falcon")

    assert names.url("https://mcp.acme.com:8443/v1/falcon/mcp") == f"https://mcp.{acme}.example:8443/v1/{falcon}/mcp"


def test_a_tenant_of_a_known_provider_is_hidden_and_the_provider_stays(names: NewNames) -> None:
    assert names.host("acme.okta.com") == f"{names.word('acme')}.okta.com"


@pytest.mark.parametrize("host", ["10.20.30.40", "192.168.7.7", "fd00::77"])
def test_an_address_of_a_machine_becomes_one_of_no_network(host: str, names: NewNames) -> None:
    made = names.host(host)

    assert made.startswith(("198.18.", "198.19.", "2001:db8::"))
    assert names.host(made) == made


@pytest.mark.parametrize(
    ("path", "stays"),
    [
        ("/home/dana/falcon/.claude/settings.json", ["/home/", "/.claude/settings.json"]),
        ("/Users/dana/Library/Caches/x.log", ["/Users/", "/Library/Caches/", ".log"]),
        (r"C:\\Users\\dana\\falcon\\a.py", [r"C:\\Users\\", ".py"]),
        ("/usr/local/lib/node_modules/falcon/index.js", ["/usr/local/lib/node_modules/", "/index.js"]),
    ],
)
def test_a_path_keeps_the_folders_that_every_machine_has(path: str, stays: list[str], names: NewNames) -> None:
    made = names.path(path)

    assert [part for part in stays if part not in made] == []
    assert not [word for word in ("dana", "falcon") if word in made]


def test_a_folder_named_after_a_project_agrees_with_the_project(names: NewNames) -> None:
    assert names.file("-home-dana-falcon") == mangle(names.path("/home/dana/falcon"))


ODD = ["notes-hq", "plugin:acme:notes", "claude.ai Drive", 'q"uote', "new\nline", "сервер-日本", "a: b"]


@pytest.mark.parametrize("name", ODD)
def test_a_servers_folder_agrees_with_its_name(name: str, names: NewNames) -> None:
    made = names.server(name)

    assert made != name
    assert names.server(mangle(name)) == mangle(made) or not name.isascii()
    assert len(mangle(made)) == len(mangle(name)) or name.isascii()


def test_names_that_the_client_confuses_are_still_confused(names: NewNames) -> None:
    one, two = names.server("acme_2"), names.server("acme-2")

    assert one != two
    assert mangle(one) == mangle(two)


@given(st.sets(st.text(st.sampled_from("abcdefgh"), min_size=4, max_size=9), max_size=40))
def test_different_names_stay_different_and_new_ones_stay(olds: set[str]) -> None:
    names = NewNames(KEY)
    made = {old: names.word(old) for old in sorted(olds)}

    assert len(set(made.values())) == len(olds)
    assert [names.word(new) for new in made.values()] == list(made.values())


@given(st.text(max_size=60))
def test_no_text_is_too_odd_for_an_address(text: str) -> None:
    names = NewNames(KEY)

    assert names.url(f"https://{text}").startswith("https://") or "\n" in text
    assert isinstance(names.path(text), str)
    assert isinstance(names.email(f"{text}@x.example"), str)
