"""A faithful stand-in for the hardware of one site: indicator line, cameras, trucks."""
