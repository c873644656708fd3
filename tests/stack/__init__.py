"""The stack of production's parts, run for real and shared by all tests of this folder."""
