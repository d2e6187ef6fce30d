"""The shipped register, loaded."""

import pytest

from slip.directory.actions import LoadedRegister, load_register


@pytest.fixture
def register(db: None) -> LoadedRegister:
    return load_register()
