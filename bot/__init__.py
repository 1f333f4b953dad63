"""A Slack event in, one reply out: thin listeners, a durable inbox, workers, one renderer."""
