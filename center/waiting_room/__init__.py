"""A room to wait in before a door that everybody wants to go through at the same moment.

Whoever comes gets a number that is bound to the account and signed into a cookie; so many are
inside at once, so many more each minute, in the order of the numbers (``policy``). The state is
kept in Redis (``rooms``) and made again from the tickets that come back if Redis loses it. The
page on which people wait asks nothing of the database and needs no script (``pages``).
"""
