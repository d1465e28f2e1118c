"""The fixtures of every journey."""

from tests.browser import browser, chromium_program, new_context, page

__all__ = ["browser", "chromium_program", "new_context", "page"]
