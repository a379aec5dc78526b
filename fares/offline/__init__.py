"""Rides without network: what a reader may open for and signs, and who bears it afterwards."""
