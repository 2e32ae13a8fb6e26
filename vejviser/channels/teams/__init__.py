"""The Microsoft Teams channel: the Bot Framework protocol, from token to Adaptive Card."""
