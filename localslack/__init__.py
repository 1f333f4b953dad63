"""A Slack on this machine: real clients connect to it unchanged, tests drive it, people open it in a browser."""
