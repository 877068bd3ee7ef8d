"""What could not be analysed reads as such, whatever it was."""

from __future__ import annotations

import pytest

from analysis.names import AVAILABLE
from analysis.result import NotApplicable
from reports import verbs


@pytest.mark.parametrize("kind", AVAILABLE)
def test_it_has_a_table_and_a_sentence_and_no_figure(kind: str) -> None:
    none = NotApplicable(kind, "stress", "nobody answered")
    assert verbs.figures([none]) == ()
    assert len(verbs.tables([none])) == 1
    assert "nobody answered" in verbs.sentence(none)
