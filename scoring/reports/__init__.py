"""From a result to a report: one builder for each kind of instrument, pure, so that every drawing says the same."""
