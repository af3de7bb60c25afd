"""Change a rule in one place, to see whether its cases notice.

A clause that can be left out or turned round and still gives every case its verdict is one that no case speaks of.

    deleted     a step, a missing step, maxspan, until, a key, a credential test, a part of a condition, an arm of an `or`
    negated     a part of a condition or of a credential test; a missing step that has to happen, and the reverse
    as a whole  a pattern or an exonerating query left out, `at_most` lifted, one run less
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from mcplog.model.rule import Alternative, CompiledRule, CredentialTest, Query, Step, Term
from mcplog.model.vocabulary import Certainty
from mcplog.rules.condition_text import condition_text
from mcplog.rules.conditions import columns_of, conjuncts, join_conjuncts, references
from mcplog.rules.evaluate import evaluate
from mcplog.rules.relaxing import Drop, Part, Relaxed, droppable, turned, without
