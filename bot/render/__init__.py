"""Values in, Slack messages and views out, within every limit of Slack; nothing here does I/O."""
