"""JSON Schemas of the product's documents, one a kind, version 1: data files alone."""
