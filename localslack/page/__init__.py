"""The workspace in a browser: what people see of it, and what they do in it, as server-rendered pages."""
