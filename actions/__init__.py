"""The action server: thin Rasa actions over vejviser.replies."""
