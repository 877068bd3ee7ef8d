"""Writing to people: their addresses, the words of letters, the server that takes them, and what comes back."""
