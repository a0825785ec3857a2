"""What an admin says of queues, skills, agents and breaks: its form, its files, its errors."""
