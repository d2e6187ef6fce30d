"""Figures in words: values with units, periods, states, positions, and the sentence that says it all."""
