"""Faults of every part of the stack while people book: what it costs them, and the books after."""
