"""The one place where the keys of Streamlit's session state are named."""

from __future__ import annotations

from typing import Final

VISIT: Final = "visit"
"""Of a respondent: the ``views.respondent.visit.Visit`` of this websocket session."""
SURVEY: Final = "survey"
"""The key of the survey component; its ``sent`` holds the last press of a button."""
UPLOADED: Final = "uploaded"
"""Of a researcher: the ``views.researcher.source.Source`` made from a file of theirs, for this browser tab alone."""
SCALES: Final = "scales"
"""Of a researcher: the scales drawn up so far for an uploaded file, as (hash of the file, tuple of ``DrawnScale``)."""
FINDINGS: Final = "findings"
"""Of a researcher: (key of data and plan, ``analysis.findings.Findings``) of the last run in this browser tab."""
STUDY: Final = "study_chosen"
"""Of a researcher: the slug of the study that they look at, kept from page to page."""
ASKED: Final = "study_asked"
"""Of a researcher: the slug that the address asked for last, so that a later choice by hand is not undone."""
PROPOSAL: Final = "proposal"
"""Of a researcher: (text, ``survey.store.versions.Proposal``) of a change to a live study that waits to be accepted."""
MET: Final = "answers_met"
"""Of a researcher: which views of which answers this session has in the audit log already."""
POWER: Final = "power"
"""Of a researcher: (key of plan and settings, ``analysis.power.Power``) of the last simulation in this browser tab."""
