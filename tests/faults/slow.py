"""A way to a server on which everything takes a while longer."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress


class SlowWay:
    """A context: what is sent to ``port`` reaches the ``server`` on this machine ``delay``
    seconds later, and so do its answers."""

    def __init__(self, server: int, delay: float) -> None:
        self.port = 0
        self._server, self._delay = server, delay
        self._loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> SlowWay:
        self._thread.start()
        self._opened.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(
            asyncio.start_server(self._accept, "127.0.0.1", 0)
        )
        self.port = listening.sockets[0].getsockname()[1]
        self._opened.set()
        self._loop.run_forever()
        listening.close()
        for task in (tasks := asyncio.all_tasks(self._loop)):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there = await asyncio.open_connection("127.0.0.1", self._server)
            await asyncio.gather(self._carry(reader, there[1]), self._carry(there[0], writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(65536):
                await asyncio.sleep(self._delay)
                writer.write(chunk)
                await writer.drain()
        finally:
            writer.close()
