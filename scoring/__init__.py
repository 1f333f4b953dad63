"""Measures a practice: an instrument and responses become scores, a comparison and a report. Knows no Slack, no web."""
