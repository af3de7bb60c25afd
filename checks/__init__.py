"""Checks over a whole corpus of recordings: what must hold for every one of them, whatever its fault is.

    python -m checks.renaming CORPUS      no verdict depends on a name, an address, a wording or the year
    python -m checks.pasting CORPUS       a log pasted as Markdown tells the same
    python -m checks.leaving CORPUS       a log as people's tools leave it tells the same
    python -m checks.cutting CORPUS       evidence cut short makes no other cause certain
    python -m checks.coverage CORPUS      the grammar knows what the clients wrote
    python -m checks.secrets CORPUS       no secret of a recording is in anything that is printed of it
    python -m checks.redacting CORPUS     a redacted recording tells the same, and nothing of the original
    python -m checks.duplicates CORPUS    recordings of one fault have one signature, of two faults two
    python -m checks.synthesis            each rule finds what its text describes, and not what it excludes
    python -m checks.canaries             no planted secret is in anything that is printed or written
    python -m checks.fuzz                 no input makes a reader raise, lose bytes or crawl
    python -m checks.guided READER        the same, with inputs that atheris chooses by what they reach
    python -m checks.evidence CASES       each line that is named as evidence of a case is read
    python -m checks.deleting             no alternative of the grammar can go without being missed
    python -m checks.vocabulary TABLE     the grammar knows every template of a catalogue of messages

Each prints a table and exits with 1 when something does not hold. A small version of each runs with the tests, on
`samples/`.
"""
