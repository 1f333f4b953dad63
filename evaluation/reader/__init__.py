"""The training of the reader: data recipe, model, training, export. See README.md beside this file."""
