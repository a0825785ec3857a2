"""Days of figures that are kept, so that years are not counted again."""
