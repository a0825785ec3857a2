"""Records on paper (打印): Word and PDF by templates that are files, which a city words and lays out as it likes."""
