"""The core: switches, calls, events, time, storage, people, HTTP. Imports no other room."""
