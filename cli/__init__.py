"""The commands, and all wiring."""
