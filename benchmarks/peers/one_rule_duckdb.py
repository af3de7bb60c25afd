"""The one-rule script as SQL for duckdb, which reads the log as a table of lines. Prints the same rows.

python -m benchmarks.peers.one_rule_duckdb LOG
"""

import sys
from typing import Final

import duckdb

QUERY: Final = r"""
WITH lines AS (
    SELECT row_number() OVER () AS place, line
    FROM read_csv($log, columns={'line': 'VARCHAR'}, delim='\x01', quote='', escape='', header=false,
                  auto_detect=false, null_padding=true, max_line_size=100000000)
), said AS (
    SELECT place, split_part(line, '"', 2) AS server, line[position('": ' IN line) + 3 :] AS text
    FROM lines WHERE contains(line, 'MCP server "') AND contains(line, '": ')
), marked AS (
    SELECT place, server,
           starts_with(text, 'Initializing HTTP') AS begins,
           starts_with(text, 'Has refresh token: true') AS holds,
           starts_with(text, 'Starting token refresh') AS refreshes,
           contains(text, 'Server returned 401 after successful authentication') AS refused
    FROM said
), attempts AS (
    SELECT *, sum(begins::INT) OVER (PARTITION BY server ORDER BY place) AS attempt
    FROM marked WHERE begins OR holds OR refreshes OR refused
), known AS (
    SELECT *, bool_or(holds) OVER earlier AS held, bool_or(refreshes) OVER earlier AS refreshed
    FROM attempts WINDOW earlier AS (PARTITION BY server, attempt ORDER BY place)
)
SELECT server, sum(refused::INT)::INT, sum(refreshes::INT)::INT, sum((refused AND held AND NOT refreshed)::INT)::INT
FROM known GROUP BY server HAVING bool_or(refused OR refreshes) ORDER BY server COLLATE "C"
"""


if __name__ == "__main__":
    rows = duckdb.execute(QUERY, {"log": sys.argv[1]}).fetchall()
    sys.stdout.writelines("\t".join(map(str, row)) + "\n" for row in rows)
