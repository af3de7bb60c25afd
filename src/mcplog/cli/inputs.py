"""The options that every command that reads logs takes."""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, Final, TypedDict, TypeVar

from mcplog.cli import options

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Inputs(TypedDict):
    """What to read, and what of it to look at: the options by their names, in the order of the help."""

    paths: options.Paths
    credentials: options.Credentials
    server: options.Server
    since: options.Since
    until: options.Until
    fingerprint_key: options.FingerprintKey
    rules: options.RuleFolders
    strict_grammar: options.StrictGrammar


# A list has its default at its option, as a list in a signature would be shared.
_DEFAULTS: Final = {"server": None, "since": None, "until": None, "fingerprint_key": None, "strict_grammar": False}


def with_inputs(command: _Command) -> _Command:
    """Give `command` the options of `Inputs` in place of its `**inputs`.

    Typer reads options from a signature, so the signature is where they are put; the command itself stays as it is.
    """
    before, after = _own_parameters(command)
    shared = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=_DEFAULTS.get(name, Parameter.empty))
        for name, kind in Inputs.__annotations__.items()
    ]
    vars(command)["__signature__"] = signature(command).replace(parameters=[*before, *shared, *after])
    return command


def _own_parameters(command: _Command) -> tuple[list[Parameter], list[Parameter]]:
    """Return the parameters of `command` alone: the positional ones, and those that are given by name."""
    own = [one for one in signature(command).parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
    named = [one for one in own if one.kind is Parameter.KEYWORD_ONLY]
    return [one for one in own if one not in named], named
