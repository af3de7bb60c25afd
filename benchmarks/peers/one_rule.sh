#!/bin/sh
# The one-rule script as ripgrep and awk. Prints the same rows.  sh benchmarks/peers/one_rule.sh LOG
rg -N -F 'MCP server "' -- "$1" | awk '
{
    start = index($0, "MCP server \""); rest = substr($0, start + 12); end = index(rest, "\": ")
    if (!end) next
    server = substr(rest, 1, end - 1); said = substr(rest, end + 3)
    if (index(said, "Initializing HTTP") == 1) { delete holds[server]; delete tried[server] }
    else if (index(said, "Has refresh token: true") == 1) holds[server] = 1
    else if (index(said, "Starting token refresh") == 1) { seen[server] = 1; refreshed[server]++; tried[server] = 1 }
    else if (index(said, "Server returned 401 after successful authentication")) {
        seen[server] = 1; refused[server]++
        if ((server in holds) && !(server in tried)) unused[server]++
    }
}
END { for (s in seen) printf "%s\t%d\t%d\t%d\n", s, refused[s], refreshed[s], unused[s] }' | LC_ALL=C sort
