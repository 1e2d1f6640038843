"""Everything about a person as the JSON document that /mydata hands out."""

import json

from storage.privacy import export
from storage.work import Work


async def exported(work: Work, brand: str, customer_id: str) -> str:
    """The export as readable JSON, words unescaped."""
    return json.dumps(await export(work, brand, customer_id), ensure_ascii=False, indent=2, default=str)
