"""Quality (质检): talks are drawn fairly, scored by people on sheets, appealed, and counted."""
