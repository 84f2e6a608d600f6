"""Published figures that the rules read: emission factors, each with its source and status."""
