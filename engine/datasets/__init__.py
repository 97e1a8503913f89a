"""The data sets: what they are, how many rows a split gives, and how they are loaded.

`registry` and `rows` are pure and light; `loading` brings in scikit-learn, so import it late.
"""
