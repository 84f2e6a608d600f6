"""The company behind the API, for what edge units ask of it."""

from tests.integration.api.conftest import ferro, lived_in

__all__ = ["ferro", "lived_in"]
