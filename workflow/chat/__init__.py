"""Written talks with citizens: the bot, the queue, the agent, the message left."""
