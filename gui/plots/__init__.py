"""Live plots: numpy arrays in, pictures out. Nothing here knows the engine."""
