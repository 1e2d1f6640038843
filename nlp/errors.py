"""What can be wrong with a model. Imports nothing: whoever catches it need not load one."""


class ModelError(Exception):
    """A model can not be used: says which file or setting, what was expected, what was found, and what to do."""
