"""The parts of the page that says how many people a plan needs: its settings, the simulation, what came of it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from views import state
from views.researcher.answers import show_results
from views.researcher.variables import labels

if TYPE_CHECKING:
    from analysis.power import Power
    from survey.instrument.model import Instrument
    from survey.store.sessions import Study

POINTS = 5
RUNS = {100: "100 (a first look)", 300: "300", 1000: "1,000 (takes long)"}


@dataclass(frozen=True)
class Settings:
    """What is simulated: from and to how many respondents, the target, runs at each n, whether all is clean, whether
    of primary claims alone, and how often everybody is asked (0: as the claims need)."""

    low: int
    high: int
    target: float
    runs: int
    clean: bool
    primary: bool
    waves: int


def offered_plan(study: Study) -> str:
    """The study's plan, else the one that ships with its questionnaire; '' where there is none."""
    from survey.instrument.load import shipped_ids, shipped_plan_text

    shipped = shipped_plan_text(study.instrument.id) if study.instrument.id in shipped_ids() else None
    return study.plan_text or shipped or ""


def settings() -> Settings:
    """The controls."""
    left, middle, right = st.columns(3)
    low = left.number_input(
        "Respondents, from", 50, 20_000, 200, step=50, key="d_low", help="Who begin the study, finished or not."
    )
    high = middle.number_input("Respondents, up to", 50, 20_000, 2_000, step=50, key="d_high")
    target = right.slider("Power wished for", 0.5, 0.99, 0.8, key="d_target")
    with st.expander("Options"):
        runs = st.radio("Studies simulated at each number", list(RUNS), format_func=RUNS.__getitem__, key="d_runs")
        clean = st.checkbox(
            "As if nobody were careless and nothing missing", key="d_clean",
            help="To see what the field costs: by default careless and missing answers are simulated too.",
        )  # fmt: skip
        primary = st.checkbox(
            "Primary claims alone", value=True, key="d_primary",
            help="Much faster: claims about ties, and those that need several waves, are mostly secondary.",
        )  # fmt: skip
        waves = st.number_input("Waves", 0, 20, 0, key="d_waves", help="0: as many as the claims need.")
    return Settings(
        int(min(low, high)), int(max(low, high)), float(target), int(runs), bool(clean), bool(primary), int(waves)
    )


def simulated(study: Study, text: str, chosen: Settings) -> Power | None:
    """What came of it, once somebody has pressed the button, while neither plan nor settings change.

    Raises AnalysisError where the plan or the questionnaire cannot be simulated.
    """
    from analysis.plan import load_plan
    from analysis.power import grid, power

    key = sha256(f"{study.instrument_hash} {text} {astuple(chosen)}".encode()).hexdigest()
    kept = st.session_state.get(state.POWER)
    if st.button("Simulate the study", type="primary", key="simulate"):
        bar = st.progress(0.0, "Starting")

        def tell(share: float, what: str) -> None:
            bar.progress(min(share, 1.0), what)

        try:
            plan = load_plan(text, "the plan", study.instrument)
            primary = chosen.primary and any(getattr(one, "tier", None) == "primary" for one in plan.analyses)
            found = power(
                plan,
                study.instrument,
                grid(chosen.low, chosen.high, POINTS),
                target=chosen.target,
                runs=chosen.runs,
                clean=chosen.clean,
                tier="primary" if primary else None,
                waves=chosen.waves or None,
                progress=tell,
            )
        finally:
            bar.empty()
        kept = (key, found)
        st.session_state[state.POWER] = kept
    return kept[1] if kept and kept[0] == key else None


def show_power(found: Power, instrument: Instrument) -> None:
    """Sentence, table and picture."""
    st.header("What the plan needs", anchor=False)
    show_results([found], labels(instrument), key="power")
