"""Which client wrote each document, and what tells it, as text."""

from collections.abc import Iterator, Mapping, Sequence

from mcplog.model.client_version import ClientVersion, VersionEvidence, band_words
from mcplog.report.layout import BLANK, Ink, Line, Page, padded, wrapped
from mcplog.report.paint import text


def client_versions_text(clients: Sequence[ClientVersion], origins: Mapping[int, str], page: Page) -> str:
    """Return what is known of the client of each document, with its evidence.

    Args:
        clients: What is known.
        origins: The documents' names, by `document_id`; one without a client is listed too.
        page: What the text is laid out for.
    """
    by_document = {one.document_id: one for one in clients}
    lines = [line for number, origin in origins.items() for line in _document(by_document.get(number), origin, page)]
    return text(lines, page)


def _document(client: ClientVersion | None, origin: str, page: Page) -> Iterator[Line]:
    yield (page.span(origin, Ink.NAME),)
    if client is None:
        yield (page.span("  no line tells the version", Ink.OPEN),)
    else:
        yield (page.span(f"  {_known(client)}", Ink.STRONG),)
        if client.contradicts:
            yield (page.span("  the evidence is of versions that exclude each other", Ink.OPEN),)
        for one in client.evidence:
            lead = (page.span(f"{one.line:>8}  ", Ink.FAINT), page.span(padded(one.source, 13), Ink.FAINT))
            yield from wrapped([page.span(_says(one))], page.columns, first=lead, rest=(page.span(" " * 23),))
    yield BLANK


def _known(client: ClientVersion) -> str:
    band = band_words(client.after, client.before)
    if client.version:
        return f"client {client.version}" + (f"; its wording: {band}" if band else "")
    return f"client {band}, by its wording" if band else "the version is not told; what it runs on is a hint"


def _says(one: VersionEvidence) -> str:
    told = f"{one.version}: " if one.version else f"{band_words(one.after, one.before)}: "
    return told + one.says
