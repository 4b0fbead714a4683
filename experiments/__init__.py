"""Published questions, a script each, on the same commands that everybody types."""
