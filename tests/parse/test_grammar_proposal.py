"""Drafts for unknown wordings: a line of the grammar that reads its own sample, or the reason why there is none."""

import polars as pl
import pytest

from mcplog.knowledge.resources import grammar
from mcplog.model.proposal import Proposal
from mcplog.parse._table import message_tables
from mcplog.parse.grammar_coverage import UNKNOWN_SHAPES, unknown_shapes
from mcplog.parse.grammar_proposal import proposals, with_proposals
from mcplog.parse.message_table import message_table_text
from mcplog.parse.messages import read_events
from tests.parse.entries_of import KEY, entries_of
from tests.parse.test_grammar_coverage import documents


def drafted(*messages: str, version: str | None = "2.1.400") -> list[Proposal]:
    return proposals(unknown_shapes(read_events(entries_of(list(messages)), key=KEY), documents(version)))


@pytest.mark.parametrize(
    ("message", "alternative", "kind"),
    [
        (
            "Token cache warmed in 250ms (attempt 1/3)",
            '"Token cache warmed in " DURATION_MS "ms (attempt " NUMBER "/" NUMBER_OF ")"',
            "token_cache_warmed_attempt",
        ),
        ("Waited 4s for HTTP 503", '"Waited " DURATION_S "s for HTTP " HTTP_STATUS', "waited_http"),
        ("Asked https://a.example/x about it", '"Asked " URL " about it"', "asked_about_it"),
        ('Sowing tokens of "a" in 3ms', '"Sowing tokens of " _TEXT', "sowing_tokens"),
        ("Sowing 3 of 4 and 5 tokens", '"Sowing " NUMBER " of " _INT " and " _INT " tokens"', "sowing_tokens"),
        ('Sowing "x\\y" \\ tokens', '"Sowing " _TEXT', "sowing_tokens"),
        ("Sowing \\ tokens", '"Sowing \\\\ tokens"', "sowing_tokens"),
    ],
)
def test_a_draft_reads_its_sample(message: str, alternative: str, kind: str) -> None:
    (draft,) = drafted(message)

    assert (draft.alternative, draft.kind, draft.sample, draft.version, draft.fault) == (
        alternative,
        kind,
        message,
        "2.1.400",
        "",
    )


def test_one_draft_a_wording_the_most_frequent_first() -> None:
    drafts = drafted("Sowing 1 token", "Reaping token", "Sowing 2 token", version=None)

    assert [(draft.events, draft.shape, draft.version) for draft in drafts] == [
        (2, "Sowing <n> token", "-"),
        (1, "Reaping token", "-"),
    ]


def test_no_two_drafts_have_one_name() -> None:
    assert [draft.kind for draft in drafted("Sowing tokens of 1", 'Sowing tokens of "x"')] == [
        "sowing_tokens",
        "sowing_tokens_2",
    ]


def test_what_begins_with_a_value_cannot_be_drafted() -> None:
    (draft,) = drafted('{"a": 1}')

    assert (draft.alternative, draft.fault) == ("", "it begins with nothing that tells it from other texts")


def test_how_far_a_text_was_understood_is_told() -> None:
    (draft,) = drafted("Saving tokens in the rain")

    assert draft.nearest == "Saving tokens"


def test_the_grammar_takes_all_drafts_and_reads_its_samples_as_before() -> None:
    drafts = drafted("Sowing tokens", "Connection mended after 3ms", "Saving tokens anew 3")
    text = with_proposals(grammar("message.lark"), drafts)
    table = message_tables(message_table_text(text))["message"]

    assert [draft.fault for draft in drafts] == ["", "", ""]
    assert {name[0] for draft in drafts if (name := table.match(draft.sample))} == {draft.kind for draft in drafts}
    assert (table.match("Saving tokens") or [""])[0] == "token_saved"


def test_without_unknown_wordings_there_is_nothing_to_draft() -> None:
    assert proposals(pl.DataFrame(schema=UNKNOWN_SHAPES)) == []
