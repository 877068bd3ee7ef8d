"""Commands that open the app in a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from commands.shared import Database, open_database

app = typer.Typer()

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]

DEMO_DATABASE = Path("data/demo.db")
DEMO_STUDY = "demo"
DEMO_SEED = 20160930
DEMO_TRANSLATIONS = {"fr": ("none", "simulated data, no review needed: nobody reads the French questions here")}


@app.command()
def demo(port: Port = 8501) -> None:
    """Open the app on a simulated study of 480 respondents in data/demo.db."""
    from analysis.simulate import simulate
    from reports.console import progress
    from survey.assurance import SIMULATED
    from survey.instrument.load import shipped, shipped_plan_text, shipped_text

    url = f"sqlite:///{DEMO_DATABASE}"
    DEMO_DATABASE.parent.mkdir(exist_ok=True)
    store = open_database(url, needs_key=True)
    if DEMO_STUDY not in {study.slug for study in store.studies.list()}:
        with progress() as tell:
            tell(0.0, "Simulating 480 respondents")
            data = simulate(shipped("two-supports"), 480, DEMO_SEED).dataset
            store.studies.create(DEMO_STUDY, shipped_text("two-supports"), "Demo: simulated respondents")
            store.studies.set_plan(DEMO_STUDY, shipped_plan_text("two-supports") or "")
            store.plans.lock(DEMO_STUDY, "at 480 simulated respondents")
            store.studies.launch(DEMO_STUDY, replace(SIMULATED, translations=DEMO_TRANSLATIONS))
            tell(0.3, "Writing their answers into data/demo.db")
            store.respond.load_simulated(DEMO_STUDY, data)
    open_app(url, port, store.accounts.demo_path())


@app.command()
def serve(database: Database = None, port: Port = 8501) -> None:
    """Open the app on a database; the first start prints the link that sets up its owner."""
    from survey.store import default_url

    url = database or default_url()
    open_app(url, port, open_database(url, needs_key=True).accounts.setup_path())


def open_app(url: str, port: int, path: str | None) -> None:
    """Serve the app until it is stopped, after printing where it can be opened."""
    import os

    from streamlit.web.cli import main as streamlit

    os.environ["TWOFOLD_DATABASE"] = url
    print(f"\nTwofold is at http://localhost:{port}", flush=True)
    if path:
        print(f"To sign in, open this link once: http://localhost:{port}{path}", flush=True)
    script = str(Path(__file__).resolve().parent.parent / "app.py")
    streamlit(["run", script, "--server.port", str(port), "--server.headless", "true"])
