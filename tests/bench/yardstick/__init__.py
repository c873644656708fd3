"""The least a Django site must do for the same pages: what the portal is measured against.

Default middleware, two sync workers, its own tables in its own database, no rules, no
history, no words. Change nothing here to make the portal look better: the figures of
different days are compared through it.
"""
