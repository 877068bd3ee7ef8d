"""Numbers, tables, figures and sentences from findings, and their files; never needs streamlit."""
