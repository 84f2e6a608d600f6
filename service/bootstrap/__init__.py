"""The composition root: the only place that builds database, chain, devices and grader.

Imports that only some processes need stand inside the function that builds the part, so that an
edge unit never loads the chain client and the web never loads the trainer.
"""
