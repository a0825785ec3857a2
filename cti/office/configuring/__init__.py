"""The settings on a screen: shown by their models, changed in the file they stand in, comments and all."""
