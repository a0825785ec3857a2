"""Signing in and out: passwords, second factors, other identity providers, sessions, wrong tries."""
