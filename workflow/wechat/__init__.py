"""The city's official account of WeChat (微信公众号): its messages are chats, its readers citizens."""
