"""The researcher's pages: each reads, calls one function, and shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from views.researcher.places import places

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    from survey.store.logins import User


def researcher_pages(user: User) -> list[StreamlitPage]:
    """The pages of this person, for ``st.navigation``; the first is the default."""
    return places(user.role)
