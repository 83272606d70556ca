"""Provide the commands: the only part of the package that prints or exits."""
