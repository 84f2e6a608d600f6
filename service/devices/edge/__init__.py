"""The edge unit: reads the scale, keeps the curve, captures, survives a power cut."""
