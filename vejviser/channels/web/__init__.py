"""The web chat: two doors, one quick way out, nothing left behind (docs/web.md)."""
