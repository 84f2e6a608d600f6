"""Indicator dialects: bytes of a scale in, frames out. One module per dialect."""
