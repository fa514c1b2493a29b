"""2.1, 3 Promotion: channels, campaigns, links, spend."""
