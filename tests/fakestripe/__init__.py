"""A local server that behaves as Stripe is documented to, for what Teiki uses of it."""
