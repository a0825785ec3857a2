"""What a flow can do with a citizen: the port, and conversations with a script or a terminal."""
