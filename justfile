# One-liners over plain commands; nothing needs just. `.ci/run` runs the same and more.

python := ".venv/bin/python"

# Make the environment.
setup:
    python3 -m venv .venv
    .venv/bin/pip install -e '.[dev]'

# Run the tests; arguments go to pytest.
test *args:
    .venv/bin/pytest {{ args }}

# Format, and repair what can be repaired.
fix:
    .venv/bin/ruff format
    .venv/bin/ruff check --fix

# Make the generated files anew: the table of messages, the plans of the rules, the pages of commands and rules.
generate:
    {{ python }} tools/build_message_table.py
    {{ python }} -m mcplog.cli.build_rules
    {{ python }} -m mcplog.cli.build_docs

# Draw the picture of README.md anew; the words are those of tests/test_readme.py.
picture:
    .venv/bin/mcplog analyze --exit-zero --format svg --width 100 --fingerprint-key 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b -o docs/report.svg samples/401-after-sign-in

# Everything before the tests.
check:
    .venv/bin/ruff format --check
    .venv/bin/ruff check
    .venv/bin/mypy
    .venv/bin/lint-imports --no-logo

# Print the bars of docs/performance.md as ratios.
bench *args:
    {{ python }} benchmarks/run {{ args }}

# What CI does.
ci:
    bash .ci/run
