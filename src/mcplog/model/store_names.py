"""What the client calls the parts of its credential store, and how a copy of one says that it does not show all of it.

    {"mcpOAuth": {"<serverName>|<16 hex>": {"serverName": …, …}}, "mcpOAuthClientConfig": …, "claudeAiOauth": …}

May import: nothing. Touches: nothing.
"""

from typing import Final

SECTION: Final = "mcpOAuth"
CONFIGURED: Final = "mcpOAuthClientConfig"  # client secrets that the user configured
ACCOUNT: Final = "claudeAiOauth"  # the account's own login
SECTIONS: Final = (SECTION, CONFIGURED, ACCOUNT)
ENTRY_MARKS: Final = ("serverName", "serverUrl")  # one of them makes an object an entry of the section
LEFT_OUT: Final = ("…", "...")  # a name that says: more stood in this object, and was not copied
