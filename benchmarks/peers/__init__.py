"""Other ways to answer the one question "which server refused good tokens", as whole processes."""
