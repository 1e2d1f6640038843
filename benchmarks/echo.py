"""A bare aiogram echo bot, by long polling: what the machine and the library give without an agent."""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message


async def _echo(message: Message) -> None:
    await message.answer(message.text or "?")


def main() -> None:
    """Serve until SIGTERM."""
    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"])
    bot = Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=AiohttpSession(api=server))
    dispatcher = Dispatcher()
    dispatcher.message.register(_echo)
    asyncio.run(dispatcher.start_polling(bot))


if __name__ == "__main__":
    main()
