"""The people around a respondent: who was named, who is asked about, and the screens on which this happens."""
