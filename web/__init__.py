"""A signed link becomes a page in a browser: a source with the passage marked in it."""
