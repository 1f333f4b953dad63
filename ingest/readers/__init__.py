"""One reader for each format: bytes in, blocks on their pages out."""
