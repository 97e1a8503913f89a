"""The few windows beside the main one; none of them is ever in the way at the start."""
