"""What agents and citizens ask of departments: questions, and corrections of articles."""
