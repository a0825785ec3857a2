"""Learning (机器人学习): what bots did not understand, gathered by meaning, taught by one click."""
