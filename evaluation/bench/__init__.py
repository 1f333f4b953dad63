"""How fast and how large: each module is one bench, run by `scripts/bench NAME`, and prints figures with targets."""
