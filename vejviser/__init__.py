"""Vejviser: a signpost for professionals and for young people who look for help."""
