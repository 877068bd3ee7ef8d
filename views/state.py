"""The one place where the keys of Streamlit's session state are named."""

from __future__ import annotations

from typing import Final

VISIT: Final = "visit"
"""Of a respondent: the ``views.respondent.visit.Visit`` of this websocket session."""
SURVEY: Final = "survey"
"""The key of the survey component; its ``sent`` holds the last press of a button."""
COUNTED: Final = "counted"
"""True once this session was added to the anonymous count of opened links."""
UPLOADED: Final = "uploaded"
"""Of a researcher: the ``views.researcher.source.Source`` made from a file of theirs, for this browser tab alone."""
