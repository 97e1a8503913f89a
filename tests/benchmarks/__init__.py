"""How fast Frostline is, as ratios measured side by side: `python -m tests.benchmarks`.

Seconds say more about a machine than about a program, so none are printed: every figure is the
time of one way of training divided by that of another, measured in turns in one process.

A benchmark is one function in a file of its own, `(Effort) -> Result`, entered in
`registry.BENCHMARKS`; its name there is what the command line takes.
"""
