"""Operators learn of what becomes of their rides: an outbox, and its delivery as webhooks."""
