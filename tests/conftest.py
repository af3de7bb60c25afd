"""What every test runs under: no network, no file of this machine's user, and one of two hypothesis profiles.

The network is switched off by pytest-socket (`--disable-socket` in pyproject.toml).
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=300, deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

USER_FOLDERS = (
    "HOME",
    "USERPROFILE",
    "CLAUDE_CONFIG_DIR",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
    "LOCALAPPDATA",
    "APPDATA",
)


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point every folder a default lookup could start from at an empty one; a test that needs a home makes its own."""
    home = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        for name in USER_FOLDERS:
            patch.delenv(name, raising=False)
        patch.setenv("HOME", home)
        patch.setenv("USERPROFILE", home)
        patch.delenv("COLUMNS", raising=False)
        yield
