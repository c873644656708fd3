"""The files production runs from: they agree with each other and with the settings."""
