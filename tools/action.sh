#!/usr/bin/env bash
# What action.yml runs: analyse, write the reports, tell the job. It needs no token and writes nothing but its folder.
#
#   MCPLOG_PATHS, MCPLOG_CREDENTIALS   one a line       MCPLOG_SERVER    may be empty
#   MCPLOG_FAIL_ON                     a severity, or never
#   MCPLOG_PYTHON                      installs mcplog from this repository; empty: mcplog is there already
#   RUNNER_TEMP, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, GITHUB_ACTION_PATH: as on a runner
set -euo pipefail

folder="${RUNNER_TEMP:-$(mktemp -d)}/mcplog"
mkdir -p "$folder"
mcplog=(mcplog)
if [ -n "${MCPLOG_PYTHON:-}" ]; then
    "$MCPLOG_PYTHON" -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
    mcplog=("$folder/venv/bin/mcplog")
fi

words=()
while IFS= read -r path; do
    [ -n "$path" ] && words+=("$path")
done <<<"${MCPLOG_PATHS:-}"
[ ${#words[@]} -gt 0 ] || { echo "::error::no paths are named"; exit 2; }
options=()
while IFS= read -r path; do
    [ -n "$path" ] && options+=("--credentials=$path")
done <<<"${MCPLOG_CREDENTIALS:-}"
[ -n "${MCPLOG_SERVER:-}" ] && options+=("--server=$MCPLOG_SERVER")
fail_on="${MCPLOG_FAIL_ON:-high}"
[ "$fail_on" = never ] && options+=(--exit-zero) || options+=("--fail-on=$fail_on")
# One key, so that the reports name the same fingerprints.
MCPLOG_FINGERPRINT_KEY="$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
export MCPLOG_FINGERPRINT_KEY

code=0
report() { "${mcplog[@]}" analyze "${options[@]}" --format "$1" ${2:+-o "$2"} -- "${words[@]}"; }
report json "$folder/report.json" || code=$?
if [ "$code" -eq 1 ] || [ "$code" -eq 2 ] || [ "$code" -eq 3 ]; then
    echo "::error::mcplog could not analyse what was named (exit code $code)"
    exit "$code"
fi
report sarif "$folder/report.sarif" || true
report markdown "$folder/report.md" || true
report github || true

verdict="$(sed -n 's/^ *"verdict": *"\([a-z-]*\)".*/\1/p' "$folder/report.json" | head -n 1)"
[ -n "$verdict" ] || verdict="$(grep -o '"verdict": *"[a-z-]*"' "$folder/report.json" | head -n 1 | cut -d'"' -f4)"
{
    echo "verdict=$verdict"
    echo "code=$code"
    echo "folder=$folder"
} >>"${GITHUB_OUTPUT:-/dev/null}"
cat "$folder/report.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
[ "$code" -ge 11 ] && exit "$code"
exit 0
