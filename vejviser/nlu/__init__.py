"""Graph components for Rasa: Danish text, crisis detection, topics and follow-ups."""
