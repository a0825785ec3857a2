"""Links between records of any kind: both sides show them, to who may see the other side."""
