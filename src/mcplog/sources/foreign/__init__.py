"""Logs of other clients that are read without a package of their own: a module each, found by looking here."""
