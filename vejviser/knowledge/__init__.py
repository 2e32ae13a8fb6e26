"""What the bot knows: schema, loading, look-up and search. Imports no Rasa."""
