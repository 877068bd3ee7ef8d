"""Waves on a study's page: when each opens and how long it stays open; who came back stands among the counts."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from survey.waves import MOST_DAYS, MOST_WAVES, Wave, midnight
from views.database import store
from views.researcher.show import complain
from views.session import require_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.store.sessions import Study

LAUNCH, DAY, AFTER = "When the study is launched", "On a day", "Days after the wave before"


def waves(study: Study, *, may_change: bool, actor: str) -> None:
    """The waves of a study, for everybody who works on it; its owner may set them."""
    now = store().waves.list(study.slug)
    if len(now) == 1 and not may_change:
        return
    with st.expander("Waves", expanded=len(now) > 1):
        if len(now) == 1:
            st.write("Everybody is asked once. A study that asks the same people again has several waves.")
        else:
            _table(now)
        if may_change and study.status != "closed":
            with st.popover("Change the waves" if len(now) > 1 else "Ask several times"):
                _form(study, actor)


def _table(now: Sequence[Wave]) -> None:
    """When each wave is open."""
    st.table(
        {
            "Wave": [str(wave.number) for wave in now],
            "Opens": [_opens(wave) for wave in now],
            "Stays open": [_window(wave, last=wave is now[-1]) for wave in now],
        },
        hide_index=True,
    )
    st.caption(
        "Every person has one link for all waves. Days begin at midnight UTC. Days after a wave count from when the "
        "person completed it or, if they did not, from when it closed for them. Data hold one row a person and wave."
    )


def _opens(wave: Wave) -> str:
    if wave.opens_at is not None:
        at = wave.opens_at.astimezone(UTC)
        return f"{at:%d %B %Y}" if at == midnight(at) else f"{at:%d %B %Y, %H:%M} UTC"
    if wave.after_days is None:
        return "at the launch"
    return f"{wave.after_days} {'day' if wave.after_days == 1 else 'days'} after wave {wave.number - 1}"


def _window(wave: Wave, *, last: bool) -> str:
    if wave.window_days is not None:
        return f"{wave.window_days} {'day' if wave.window_days == 1 else 'days'}"
    return "until the study closes" if last else "until the next opens"


def _form(study: Study, actor: str) -> None:
    require_part("study.waves")
    now = store().waves.list(study.slug)
    number = st.number_input("How many waves", 1, MOST_WAVES, max(len(now), 2), key="waves_number")
    asked = [_asked(n, now[n - 1] if n <= len(now) else None) for n in range(1, int(number) + 1)]
    if study.status == "live":
        st.caption("The study is live: new days are those of everybody who has not finished the wave.")
    if st.button("Keep these waves", type="primary", key="waves_keep"):
        try:
            store().waves.set(study.slug, asked, actor)
        except SurveyError as error:
            complain(error)
        else:
            st.rerun()


def _asked(number: int, before: Wave | None) -> Wave:
    """One wave as it stands in the form."""
    st.markdown(f"**Wave {number}**")
    ways = (LAUNCH, DAY) if number == 1 else (AFTER, DAY)
    on_a_day = before is not None and before.opens_at is not None
    way = st.selectbox(f"Wave {number} opens", ways, int(on_a_day), key=f"wave_{number}_way")
    opens_at, after_days = None, None
    if way == DAY:
        soon = before.opens_at if before is not None and before.opens_at is not None else None
        usual = (soon or datetime.now(UTC) + timedelta(days=30 * number)).date()
        chosen = st.date_input(f"Day on which wave {number} opens", usual, key=f"wave_{number}_day")
        opens_at = datetime.combine(chosen, time(), UTC)
        if soon is not None and soon.date() == chosen:
            opens_at = soon
    elif way == AFTER:
        usual_days = before.after_days if before is not None and before.after_days is not None else 28
        label = f"Days from wave {number - 1} to wave {number}"
        after_days = int(st.number_input(label, 1, MOST_DAYS, usual_days, key=f"wave_{number}_after"))
    window = st.number_input(
        f"Days that wave {number} stays open",
        1, MOST_DAYS, before.window_days if before is not None else None,
        placeholder="No end of its own", key=f"wave_{number}_window",
    )  # fmt: skip
    return Wave(number, opens_at, after_days, None if window is None else int(window))
