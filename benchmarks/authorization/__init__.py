"""What `benchmarks/authorize.py` is made of."""
