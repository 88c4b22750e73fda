"""What files promise: ``schemas/*.toml`` read into frozen data, and how it maps to the roster."""
