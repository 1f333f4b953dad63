"""A question's vector and words in, ranked passages that the reader may see out."""
