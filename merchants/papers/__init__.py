"""Papers as files: taking them in, keeping them encrypted, drawing them for the screen.

Knows files, not people or pages of the web. What a stranger sent is opened only in the
workshop, a process of its own; see ``workshop``.
"""
