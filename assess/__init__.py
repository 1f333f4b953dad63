"""Takes an assessment from its beginning to its report: who may see it, what is saved, shared and planned."""
