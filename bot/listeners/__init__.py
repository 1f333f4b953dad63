"""What Slack sends, each kind in its own room: listeners store or open, workers answer."""
