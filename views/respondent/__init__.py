"""The respondent's way through a survey, in Streamlit."""
