"""Where Slack, and people who install the app, reach us over HTTP."""

EVENTS, COMMANDS, INTERACTIONS = "/slack/events", "/slack/commands", "/slack/interactions"
INSTALL, OAUTH_REDIRECT = "/slack/install", "/slack/oauth_redirect"
