"""The docks' contents: what a person sets, beside the plots of what comes of it."""
