"""Tests without a server: `python3 -m unittest` in the folder above. With one: npm test."""
