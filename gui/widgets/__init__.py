"""Small widgets and drawings, one per file; they show a value and report an intention."""
