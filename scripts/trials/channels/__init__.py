"""The citizen's doors: the public site, the telephone, WeChat, and a department on its telephones."""
