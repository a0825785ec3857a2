"""The back office: what people keep, promise and do, apart from the telephone."""
