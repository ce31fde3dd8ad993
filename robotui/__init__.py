"""robotui: a full-screen terminal workbench for the Robocoders agents."""

__version__ = "0.1.0"
