"""The page on which people wait for a turn at the form of a call."""

from __future__ import annotations

from center.waiting_room.pages import room_page
from programs import gates

program_wait = room_page(gates.of_call)
