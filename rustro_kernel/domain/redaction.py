"""Takes secrets out of words that came from outside before they reach an error or a log."""

import re

TOKEN = re.compile(r"[\w-]{8,}\.[\w-]{4,}\.[\w-]{4,}")
"""What looks like a JWT, whoever's it is."""
MASK = "***"
LONG = 6


class Redaction:
    """Knows the secrets of one login and hides them in texts."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def learn(self, *secrets: str) -> None:
        """Hide these from now on."""
        self._secrets.update(secret for secret in secrets if secret)

    def hide(self, text: str) -> str:
        """The text without secrets; longer ones first, so that none survives in part."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = _without(secret, text)
        return TOKEN.sub(MASK, text)

    def __repr__(self) -> str:
        return f"Redaction({len(self._secrets)} secrets)"


def _without(secret: str, text: str) -> str:
    """A short secret, such as a PIN, is hidden as a word only: four digits are in many numbers."""
    if len(secret) >= LONG:
        return text.replace(secret, MASK)
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)
