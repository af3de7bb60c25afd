"""Values whose repr leaves something out: a secret, somebody's evidence, a frame that would fill the screen."""

from typing import Any, ClassVar

from msgspec import Struct


class Veiled(Struct, frozen=True):
    """A struct that shows its fields in `repr`, in a traceback and to rich, apart from those in `HIDDEN`."""

    HIDDEN: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        """Return `Name(field=value, …)` without what is hidden."""
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return name and value of each field that is not hidden."""
        return [(name, getattr(self, name)) for name in self.__struct_fields__ if name not in self.HIDDEN]
