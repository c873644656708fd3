"""Taking over a register of businesses kept elsewhere: a file is read, tried, then run.

``reading`` makes rows of text of the bytes, ``columns`` knows the headings, ``values`` and
``places`` what stands under them, ``rows`` puts a row together, ``running`` compares it with
the businesses there are and writes, ``uploads`` keeps the file between trying and running.
"""
