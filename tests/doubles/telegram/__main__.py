"""`python -m tests.doubles.telegram --port N`: the fake Bot API as a process; prints its address as one JSON line."""

import argparse
import asyncio
import json
import sys

from tests.doubles.telegram.limits import Limits
from tests.doubles.telegram.server import TOKEN, FakeTelegram


async def _serve(arguments: argparse.Namespace) -> None:
    limits = Limits(on=not arguments.no_limits, scale=arguments.scale)
    async with FakeTelegram(port=arguments.port, token=arguments.token, limits=limits, log_size=10_000) as fake:
        sys.stdout.write(json.dumps({"url": fake.url, "token": fake.token}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.doubles.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--no-limits", action="store_true", help="switch Telegram's sending limits off")
    parser.add_argument("--scale", type=float, default=1.0, help="how many times more may be sent")
    try:
        asyncio.run(_serve(parser.parse_args()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
