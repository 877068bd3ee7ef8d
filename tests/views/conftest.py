"""What all tests of what people see share: passwords that are hashed in a moment."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from survey.store import accounts


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its cheapest: how dear it is in life belongs to the tests of accounts."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    nobody = hasher.hash("nobody")
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)
    monkeypatch.setattr(accounts, "_nobody", lambda: nobody)
