"""Mixed traffic of a working day against one million bookings, with memory watched."""
