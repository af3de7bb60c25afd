"""Rows from literal values; what is not named is as in a row that has nothing to say."""

from mcplog.triage.rows import CaseRow, FindingRow

SIGNATURE = "token-refused/mcp-server"


def incident(case: str, **values: object) -> CaseRow:
    usual = {
        "case": case,
        "source": f"dump/{case}",
        "verdict": "incident",
        "signature": SIGNATURE,
        "signatures": (SIGNATURE,),
        "rule": "token-refused",
        "title": "Token is refused",
        "certainty": "confirmed",
        "severity": "high",
        "responsible": ("mcp-server",),
        "server": "notes",
        "cause": "The server refuses.",
        "client_versions": ("2.1.331",),
        "final_state": "broken",
        "documents": 1,
        "lines": 10,
        "bytes": 100,
    }
    return CaseRow(**{**usual, **values})  # type: ignore[arg-type]  # values of a test


def quiet(case: str, verdict: str = "healthy", **values: object) -> CaseRow:
    usual = {"case": case, "source": f"dump/{case}", "verdict": verdict, "documents": 1, "lines": 10, "bytes": 100}
    return CaseRow(**{**usual, **values})  # type: ignore[arg-type]  # values of a test


def finding(case: str, **values: object) -> FindingRow:
    usual = {
        "case": case,
        "source": f"dump/{case}",
        "server": "notes",
        "rule": "token-refused",
        "title": "Token is refused",
        "verdict": "confirmed",
        "severity": "high",
        "responsible": ("mcp-server", "user"),
        "role": "primary",
        "signature": SIGNATURE,
        "cause": "The server refuses.",
        "next_observation": "",
        "file": "a.txt",
        "line": 4,
        "excerpt": "HTTP 401",
        "occurrences": 1,
        "first_at": None,
        "last_at": None,
        "unknown_clauses": (),
        "client_versions": ("2.1.331",),
    }
    return FindingRow(**{**usual, **values})  # type: ignore[arg-type]  # values of a test
