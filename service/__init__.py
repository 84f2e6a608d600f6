"""Ferrotrace: a closed loop for scrap steel that outsiders can check."""
