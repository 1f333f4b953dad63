"""Is it any good: question sets, measures, expected figures, peers."""
