"""How the sound of legs was: kept, counted by line, agent and network, told when it gets bad."""
