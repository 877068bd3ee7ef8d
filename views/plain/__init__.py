"""Pages in plain HTML, served beside Streamlit because Streamlit can neither set a cookie nor read a posted form."""
