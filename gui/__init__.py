"""The window: Qt around the engine. Nothing here imports torch."""
