"""Risk: signals, watch rules, concerns, advisers' notes, support packages, the Performance Support Panel.

Nothing is built here yet; the package holds the place that the import contracts give it.
"""
