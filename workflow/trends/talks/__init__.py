"""What citizens speak of in talks: each that was written down is put to its matter, also those without a ticket."""
