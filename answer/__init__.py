"""A question and its thread in, an outcome out: an answer, none, a question back or a refusal."""
