"""What axe-core finds on a page, less the named faults of Streamlit's own widgets that no page of ours can mend."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STREAMLITS_OWN = {
    # st.file_uploader: its drop zone is a <section role="presentation" tabindex="-1"> that carries an aria-label. The
    # button inside it is a real, named button, and the zone itself is never reached by Tab. axe calls it minor.
    ("presentation-role-conflict", 'data-testid="stFileUploaderDropzone"'),
}
"""(rule, a part of the element's HTML): each looked into, each said why it does no harm."""


def violations(page: Page) -> list[str]:
    """Each violation as 'rule: element'; [] where there is none."""
    found = []
    for rule in Axe().run(page).response["violations"]:
        for node in rule["nodes"]:
            known = any(rule["id"] == name and part in node["html"] for name, part in STREAMLITS_OWN)
            if not known:
                found.append(f"{rule['id']}: {node['html'][:160]}")
    return found
