"""The commands of `lmc tools`."""
