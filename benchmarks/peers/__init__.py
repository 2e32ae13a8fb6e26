"""Vejviser's understanding beside other ways to the same thing, on the same questions."""
