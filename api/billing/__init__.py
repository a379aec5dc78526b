"""Payment by bank card through Stripe: what we ask of it, what it tells us, what follows."""
