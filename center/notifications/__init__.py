"""Delivery of messages; knows no domain. Nothing is sent yet: the outbox comes with its models."""
