"""Starting Vejviser: train when needed, start the parts, wait until they answer, stop them all."""
