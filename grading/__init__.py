"""Image in, proposed grade out. Knows nothing of the service."""
