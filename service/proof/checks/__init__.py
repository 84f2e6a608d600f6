"""The checks of a verification, one module a family: each reads a case and answers one check."""
