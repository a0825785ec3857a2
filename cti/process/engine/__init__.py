"""The parts of an engine, each built on those before it: foundation, telephone, system, workshops, office, outside."""
