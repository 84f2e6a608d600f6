"""The verifier that runs in a browser: its sources, its tables, and where the built page lies."""
