"""Slack: direct messages, mentions, /vejviser and buttons, answered in Block Kit."""
