"""Uses of years before this portal, taken over from a file: tried first, then written.

``columns`` says what headings mean, ``rows`` understands a row, ``running`` compares rows with
what is there and writes them through ``services.past``, ``uploads`` keeps a file in between.
Reading files is ``merchants.register_import``'s.
"""
