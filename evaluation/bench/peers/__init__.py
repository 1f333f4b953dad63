"""The same passages and questions through other people's libraries, each run by an environment of its own."""
