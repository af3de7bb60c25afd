#!/bin/sh
# A part of the one rule in lnav: how often each server refused.  sh benchmarks/peers/one_rule_lnav.sh LOG
here=$(dirname "$0")
lnav -n -q -I "$here/lnav" -c ";SELECT server, count(*) FROM claude_code_log
    WHERE log_body LIKE 'HTTP Connection failed%: Server returned 401 after successful authentication%'
    GROUP BY server ORDER BY server" -c ":write-csv-to -" "$1"
