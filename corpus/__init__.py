"""Trusted documents: a library folder in, its documents and vocabulary out."""
