"""Figures of the apps, assembled, frozen and handed out. No figure is defined yet."""
