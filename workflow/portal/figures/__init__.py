"""The hotline's figures as the public reads them: counted once a day, without what is small enough to be a person."""
