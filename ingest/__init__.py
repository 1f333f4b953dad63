"""A file in, passages out; a library in, a new index generation out."""
