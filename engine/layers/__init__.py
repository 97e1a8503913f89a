"""Stacked layers: every parameter has a leading member axis M, so one call trains all members."""
