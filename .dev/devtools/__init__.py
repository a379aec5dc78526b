"""What prepares and checks a working copy; no part of the product."""
