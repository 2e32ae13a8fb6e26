"""How a reply looks in each channel: REST, web, Slack and Teams."""
