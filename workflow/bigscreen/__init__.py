"""The big screen (大屏): walls of figures for a hall, described by files, with links that open without signing in."""
