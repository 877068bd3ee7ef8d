"""What people see: Streamlit pages, and sign-in as plain HTML."""
